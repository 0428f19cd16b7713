using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring.Inputs;

public sealed class InputSequencerTests
{
    private const string Topic = "texts.news";
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly SequencerState _state = new();
    private InputSequencer _sequencer;

    public InputSequencerTests() => _sequencer = Open();

    [Fact]
    public void Texts_are_emitted_in_the_order_of_their_offsets_when_the_progress_covers_them()
    {
        Assert.Empty(Read(0, 2, 0, 1));

        Assert.Equal(["0/0", "0/1", "0/2"], Report(0, 0, 3));
        Assert.False(_sequencer.IsWaiting);
    }

    [Fact]
    public void Progress_waits_for_predictions_that_are_read_later()
    {
        Assert.Empty(Report(0, 0, 3));
        Assert.Empty(Read(0, 1, 2));
        Assert.True(_sequencer.IsWaiting);

        Assert.Equal(["0/0", "0/1", "0/2"], Read(0, 0));
    }

    [Fact]
    public void The_order_is_that_of_the_progress_in_any_order_of_reading()
    {
        Assert.Empty(Report(1, 0, 2));
        Assert.Empty(Report(0, 0, 1));
        Assert.Empty(Read(0, 0));

        Assert.Equal(["1/0", "1/1", "0/0"], Read(1, 0, 1));
    }

    [Fact]
    public void Progress_does_not_wait_for_dead_letters_and_offsets_without_a_record()
    {
        Read(0, 0, 3);

        Assert.Equal(["0/0", "0/3"], Report(new PartitionProgress(0, 0, 6, [new(0, 1), new(3, 4)], Noon)));
    }

    [Fact]
    public void A_redelivered_text_is_emitted_once()
    {
        Read(0, 0, 1, 0);
        Assert.Equal(["0/0", "0/1"], Report(0, 0, 2));
        Assert.Empty(Read(0, 0, 1));

        Assert.Empty(Report(0, 0, 2));
        Assert.Equal(3, _sequencer.Duplicates);
        Assert.Equal(["0/2"], Read(0, 2).Concat(Report(0, 1, 3)));
    }

    [Fact]
    public void A_deleted_prediction_is_lost_once_every_partition_has_been_read_past_it()
    {
        _sequencer.PredictionPartitions = 2;
        Assert.Empty(Report(0, 0, 3));
        Assert.Empty(Read(0, 1));
        Assert.Empty(ReadFrom(0, 0, 5));

        Assert.Equal(["0/1"], ReadFrom(1, 0, 4));
        Assert.Equal(2, _sequencer.Lost);
        Assert.Equal(["0/4", "0/5"], Report(new PartitionProgress(0, 3, 6, [new(4, 6)], Noon)));
    }

    [Fact]
    public void A_deleted_prediction_is_lost_once_everything_has_been_read()
    {
        Report(0, 0, 3);
        Report(0, 3, 4);

        Assert.Empty(Names(_sequencer.Apply(new MonitorInput.EndOfPredictions())));

        Assert.Equal(4, _sequencer.Lost);
        Assert.False(_sequencer.IsWaiting);
    }

    [Fact]
    public void Predictions_from_before_the_first_progress_are_emitted_first()
    {
        Read(0, 7, 8, 100);

        Assert.Equal(["0/7", "0/8", "0/100"], Report(0, 100, 101));
    }

    [Fact]
    public void Topics_that_no_pipeline_reads_are_skipped()
    {
        var progress = Progress("texts.other", new PartitionProgress(0, 0, 1, [new(0, 1)], Noon));
        Assert.Empty(_sequencer.Apply(new MonitorInput.Progress(progress)));
        Assert.Empty(_sequencer.Apply(new MonitorInput.Prediction(Text("texts.other", 0, 0), 0)));

        Assert.False(_sequencer.IsWaiting);
        Assert.Empty(_state.Predictions);
    }

    [Fact]
    public void A_restored_sequencer_continues()
    {
        Report(0, 0, 3);
        Read(0, 0, 2);

        _sequencer = Open();

        Assert.Equal(["0/0", "0/1", "0/2"], Read(0, 1));
    }

    private InputSequencer Open() => new(_state, new Dictionary<string, string> { [Topic] = "news" });

    private List<string> Read(int partition, params long[] offsets) => ReadFrom(0, partition, offsets);

    private List<string> ReadFrom(int prediction, int partition, params long[] offsets) =>
        [.. offsets.SelectMany(offset => Names(_sequencer.Apply(new MonitorInput.Prediction(Text(Topic, partition, offset), prediction))))];

    private List<string> Report(int partition, long from, long next) =>
        Report(new PartitionProgress(partition, from, next, [new(from, next)], Noon));

    private List<string> Report(params PartitionProgress[] parts) =>
        Names(_sequencer.Apply(new MonitorInput.Progress(Progress(Topic, parts))));

    private static InputProgress Progress(string topic, params PartitionProgress[] parts) =>
        new() { Topic = topic, Partitions = parts, At = Noon };

    private static List<string> Names(IEnumerable<InputStep> steps) =>
        [.. steps.SelectMany(static step => step.Texts).Select(static text => $"{text.Origin.Partition}/{text.Origin.Offset}")];

    private static TextClassified Text(string topic, int partition, long offset) =>
        Predictions.Text(Noon) with { Pipeline = "news", Origin = new(topic, partition, offset) };
}
