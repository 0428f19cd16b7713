using System.Reactive.Subjects;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Checkpoints;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring.Checkpoints;

/// <summary>The oracle is the JSON of the whole state, which the monitor had before it was stored in parts.</summary>
public sealed class CheckpointWriterTests : IDisposable
{
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline;

    private readonly StreamMonitor _monitor = new([Pipeline], new(), new());
    private readonly Subject<MonitorInput> _inputs = new();
    private readonly InputFeed _feed = new();
    private readonly IDisposable _subscription;

    public CheckpointWriterTests() => _subscription = _monitor.Watch(_inputs).Subscribe();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 100)]
    [InlineData(3, 4096)]
    [InlineData(4, 100_000)]
    public void Any_checkpoint_restores_the_complete_state_with_the_parts_of_those_that_were_committed(int seed, int maxInlineBytes)
    {
        var random = new Random(seed);
        var writer = new CheckpointWriter(new(maxInlineBytes));
        List<StatePart> stored = [];
        for (var (number, done) = (0, 0); number < 8; number++)
        {
            var texts = random.Next(1, random.Next(2) == 0 ? 5 : 600);
            Play(done, texts);
            done += texts;

            var checkpoint = writer.Write(_monitor.State);

            Assert.Equal(Json(_monitor.State), Json(MonitorStates.Restore(checkpoint.State, [.. stored, .. checkpoint.Parts])));
            if (random.Next(3) == 0)
                continue; // the commit is refused
            stored.AddRange(checkpoint.Parts);
            writer.MarkCommitted();
        }
    }

    [Fact]
    public void Parts_that_did_not_change_are_not_stored_again()
    {
        var writer = new CheckpointWriter(new(maxInlineBytes: 100));
        Play(0, 2000);
        var first = Commit(writer);
        var same = Commit(writer);
        Play(2000, 3); // within the open window

        var next = writer.Write(_monitor.State);

        Assert.True(first.Parts.Count > 5);
        Assert.Empty(same.Parts);
        Assert.InRange(next.Parts.Count, 1, first.Parts.Count / 2);
        Assert.InRange(Size(next), 1, Size(first) / 2);
    }

    [Fact]
    public void What_a_refused_commit_would_have_stored_is_part_of_the_next_checkpoint()
    {
        var writer = new CheckpointWriter(new(maxInlineBytes: 100));
        Play(0, 300);
        var refused = writer.Write(_monitor.State);

        var next = writer.Write(_monitor.State);

        Assert.Equal(Hashes(refused), Hashes(next));
    }

    [Fact]
    public void Parts_are_stored_again_before_retention_could_delete_them()
    {
        var parts = new StateParts(maxInlineBytes: 100);
        var writer = new CheckpointWriter(parts);
        Play(0, 300);
        var first = Commit(writer);
        parts.Skip(25 * 1024 * 1024);

        Assert.Equal(Hashes(first), Hashes(Commit(writer)));
    }

    [Fact]
    public void A_checkpoint_with_a_missing_part_is_not_restored()
    {
        Play(0, 300);
        var checkpoint = new CheckpointWriter(new(maxInlineBytes: 100)).Write(_monitor.State);

        Assert.Throws<InvalidDataException>(() => MonitorStates.Restore(checkpoint.State, checkpoint.Parts.Skip(1)));
    }

    [Fact]
    public void A_checkpoint_of_the_format_without_parts_is_restored_completely()
    {
        Play(0, 300);
        var json = Json(_monitor.State);

        var restored = MonitorStates.FromBytes(CompressedJson.Of(json.Replace("\"format\":6", "\"format\":5", StringComparison.Ordinal)));

        restored.Format = MonitorState.CurrentFormat;
        Assert.Equal(json, Json(restored));
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _inputs.Dispose();
    }

    private Checkpoint Commit(CheckpointWriter writer)
    {
        var checkpoint = writer.Write(_monitor.State);
        writer.MarkCommitted();
        return checkpoint;
    }

    private void Play(int skip, int texts)
    {
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(3).Play(1200).Skip(skip).Take(texts))
        {
            foreach (var input in _feed.Take(text, partition, arrivesAt))
                _inputs.OnNext(input);
        }
    }

    private static IEnumerable<string> Hashes(Checkpoint checkpoint) => checkpoint.Parts.Select(static part => part.Hash);

    private static int Size(Checkpoint checkpoint) => checkpoint.State.Length + checkpoint.Parts.Sum(static part => part.Value.Length);

    private static string Json(MonitorState state)
    {
        state.Parts = [];
        return JsonSerializer.Serialize(state, MonitorStateJson.Default.MonitorState);
    }
}
