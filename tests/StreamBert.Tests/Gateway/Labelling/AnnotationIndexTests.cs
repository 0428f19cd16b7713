using StreamBert.Contracts;
using StreamBert.Gateway.Labelling;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Streaming;
using static StreamBert.Tests.Gateway.Labelling.LabellingPredictions;

namespace StreamBert.Tests.Gateway.Labelling;

/// <summary>Tests what the queue knows of the labels that were given.</summary>
public sealed class AnnotationIndexTests
{
    private readonly List<LogRecord> _records = [];

    [Fact]
    public async Task A_labelled_text_is_done_for_everybody_but_those_that_all_annotators_label()
    {
        var ids = Enumerable.Range(0, 1_000).Select(static number => $"t-{number}").ToList();
        foreach (var id in ids)
            Give(id, "anna", "good");
        using var index = await ReadAsync();

        Assert.All(ids, id => Assert.True(index.IsDone("p", id, "quality", "anna")));
        Assert.All(ids, id => Assert.False(index.IsDone("p", id, "other head", "anna")));
        var shared = ids.Count(id => !index.IsDone("p", id, "quality", "bob"));
        Assert.InRange(shared, 150, 250); // one in five
    }

    [Fact]
    public async Task The_last_label_of_an_annotator_replaces_the_earlier_ones()
    {
        Give("a", "anna", "good");
        Give("a", "anna", "bad");
        Give("a", "bob", "bad");
        using var index = await ReadAsync();

        Assert.False(index.IsContradicted("p", "a", "quality"));
        Assert.Equal(new AnnotatorProgress(1, 1, 1), index.ProgressOf("anna", Noon));
    }

    [Fact]
    public async Task Progress_counts_the_labels_of_the_day_and_the_agreement_with_others()
    {
        Give("a", "anna", "good", Noon.AddDays(-1));
        Give("a", "bob", "bad");
        Give("b", "anna", "good");
        Give("b", "bob", "good");
        Give("b", "chris", "good");
        Give("c", "anna", "good");
        using var index = await ReadAsync();

        Assert.Equal(new AnnotatorProgress(2, 3, 2), index.ProgressOf("anna", Noon));
        Assert.Equal(new AnnotatorProgress(0, 0, 0), index.ProgressOf("dora", Noon));
        Assert.True(index.IsContradicted("p", "a", "quality"));
        Assert.True(index.IsLabelledBy("p", "a", "quality", "bob"));
        Assert.False(index.IsLabelledBy("p", "a", "quality", "chris"));
    }

    [Fact]
    public async Task A_withdrawn_label_is_forgotten_until_another_is_given()
    {
        Give("a", "anna", "good");
        Give("b", "anna", "good");
        Give("b", "bob", "bad");
        Withdraw("a", "anna");
        Withdraw("b", "anna");
        Withdraw("c", "anna");
        using var index = await ReadAsync();

        Assert.False(index.IsDone("p", "a", "quality", "anna"));
        Assert.False(index.IsLabelledBy("p", "b", "quality", "anna"));
        Assert.True(index.IsLabelledBy("p", "b", "quality", "bob"));
        Assert.False(index.IsContradicted("p", "b", "quality"));
        Assert.Equal(new AnnotatorProgress(0, 0, 0), index.ProgressOf("anna", Noon));

        Give("b", "anna", "bad");
        await index.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new AnnotatorProgress(1, 1, 1), index.ProgressOf("anna", Noon));
    }

    [Fact]
    public async Task The_last_label_is_the_one_with_the_latest_time_and_a_withdrawal_before_it_does_not_remove_it()
    {
        Give("a", "anna", "good", Noon.AddHours(1));
        Give("a", "anna", "bad");
        Give("a", "bob", "good");
        Withdraw("a", "anna");
        using var index = await ReadAsync();

        Assert.Equal(Noon.AddHours(1), index.FindTime("p", "a", "quality", "anna"));
        Assert.False(index.IsContradicted("p", "a", "quality"));
        Assert.Null(index.FindTime("p", "a", "quality", "chris"));
    }

    [Fact]
    public async Task Only_new_feedback_is_read_again()
    {
        Give("a", "anna", "good");
        using var index = await ReadAsync();
        Give("b", "anna", "good");

        await index.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, index.ProgressOf("anna", Noon).Today);
    }

    private void Give(string id, string annotator, string label, DateTimeOffset? at = null)
    {
        var feedback = new FeedbackReceived
        {
            Id = id,
            Pipeline = "p",
            Head = "quality",
            Label = label,
            Annotator = annotator,
            OccurredAt = at ?? Noon,
        };
        Append(EventRecord.Create(Topics.Feedback, id, feedback, feedback.OccurredAt));
    }

    private void Withdraw(string id, string annotator)
    {
        var withdrawal = new FeedbackWithdrawn { Id = id, Pipeline = "p", Head = "quality", Annotator = annotator, OccurredAt = Noon };
        Append(EventRecord.Create(Topics.Feedback, id, withdrawal, Noon));
    }

    private void Append(NewRecord record) =>
        _records.Add(new(new(Topics.Feedback, 0, _records.Count), record.Key, record.Value, record.Headers, record.Timestamp));

    private async Task<AnnotationIndex> ReadAsync()
    {
        var log = Stub.Of<IEventLog>(("ReadToEndAsync", arguments => _records
            .Skip((int)((IReadOnlyDictionary<int, long>)arguments[1]!).GetValueOrDefault(0)).ToAsyncEnumerable()));
        var index = new AnnotationIndex(log, TestKeys.NoVault);
        await index.ReadAsync(TestContext.Current.CancellationToken);
        return index;
    }
}
