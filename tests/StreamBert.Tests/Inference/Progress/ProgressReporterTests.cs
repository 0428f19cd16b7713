using System.Text;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Inference.Records;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;
using StreamBert.Tests.Inference;

namespace StreamBert.Tests.Inference.Progress;

/// <summary>Tests the progress that consumer loops report about their inputs, on the embedded log.</summary>
public sealed class ProgressReporterTests
{
    private static readonly InferenceOptions Options = new()
    {
        Replicas = 1,
        ReadSize = 16,
        ProgressInterval = TimeSpan.FromMilliseconds(100)
    };
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_progress_covers_every_text_once_and_excludes_dead_letters_from_the_predictions()
    {
        await using var bench = new InferenceBench(TestModels.Counting(), options: Options);
        await bench.CreateTopicsAsync(partitions: 2);
        await bench.AppendAsync([.. Enumerable.Range(0, 100).Select(static number => number % 10 == 3
            ? new NewRecord("texts.news", Encoding.UTF8.GetBytes($"{number}"), "{ invalid"u8.ToArray(), InferenceBench.EventTime)
            : InferenceBench.Text($"{number}", "a text"))]);
        await using var loop = bench.Start();

        var progress = await UntilAsync(bench, static all => Next(all) == 100);

        var predicted = (await bench.PredictionsAsync(90)).Select(
            static prediction => (prediction.Origin.Partition, prediction.Origin.Offset)).Order();
        Assert.Equal(predicted, Covered(progress).Order());
        Assert.All(progress, static step => Assert.Equal("texts.news", step.Topic));
        Assert.Equal(100, progress[^1].Ends!["texts.news"].Sum());
        Assert.Contains(progress, static step => step.Partitions.Any(static part => part.EventTime == InferenceBench.EventTime));
    }

    [Fact]
    public async Task A_starting_worker_reports_the_committed_positions_without_a_text()
    {
        await using var bench = new InferenceBench(TestModels.Counting(), options: Options);
        await bench.CreateTopicsAsync(partitions: 2);
        await bench.AppendAsync([.. Enumerable.Range(0, 20).Select(static number => InferenceBench.Text($"{number}", "a text"))]);
        await using (bench.Start())
            await UntilAsync(bench, static all => Next(all) == 20);
        var before = (await StepsAsync(bench)).Count;

        await using var loop = bench.Start();

        var found = (await UntilAsync(bench, all => all.Count > before))[before];
        Assert.Equal([0, 1], found.Partitions.Select(static part => part.Partition));
        Assert.Equal(20, found.Partitions.Sum(static part => part.Next));
        Assert.All(found.Partitions, static part => Assert.True(part.From == part.Next && part.Predictions.Count == 0));
        Assert.Null(found.Delay);
    }

    [Fact]
    public async Task An_idle_worker_reports_that_it_has_reached_the_end_offsets()
    {
        await using var bench = new InferenceBench(TestModels.Counting(), options: Options);
        await bench.CreateTopicsAsync(partitions: 2);
        await using var loop = bench.Start();

        var steps = await UntilAsync(bench, static all => all.Count >= 2);

        Assert.True(steps[1].At > steps[0].At);
        Assert.Equal([0L, 0L], steps[1].Ends!["texts.news"]);
    }

    [Fact]
    public async Task Two_workers_report_their_own_partitions_and_the_ends_of_all()
    {
        await using var bench = new InferenceBench(TestModels.Counting(), options: Options);
        await bench.CreateTopicsAsync(partitions: 4);
        await using var first = bench.Start();
        await using var second = bench.Start();
        await bench.AppendAsync([.. Enumerable.Range(0, 200).Select(static number => InferenceBench.Text($"{number}", "a text"))]);

        var steps = await UntilAsync(bench, static all => Next(all) == 200);

        Assert.Equal(200, Covered(steps).Distinct().Count());
        Assert.All(steps.Where(static step => step.Ends is not null), static step => Assert.Equal(4, step.Ends!["texts.news"].Count));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(120, true)]
    public async Task An_event_time_after_the_receipt_of_its_text_is_set_to_the_receipt_and_kept_as_claimed(int secondsAhead, bool clamped)
    {
        await using var bench = new InferenceBench(TestModels.Counting(), options: Options);
        await bench.CreateTopicsAsync(partitions: 1);
        var claimed = TimeProvider.System.GetUtcNow().AddSeconds(secondsAhead);
        await bench.AppendAsync(
            new NewRecord("texts.news", null, Wire.Serialize(new TextReceived { Id = "a", Text = "a", OccurredAt = claimed }), claimed));
        await using var loop = bench.Start();

        var prediction = Assert.Single(await bench.PredictionsAsync(1));

        Assert.Equal(clamped ? claimed : null, prediction.ClaimedTime);
        Assert.Equal(clamped, prediction.OccurredAt < claimed);
        Assert.True(prediction.OccurredAt <= TimeProvider.System.GetUtcNow().AddSeconds(5));
    }

    private static long Next(IReadOnlyList<InputProgress> steps) =>
        steps.SelectMany(static step => step.Partitions).GroupBy(static part => part.Partition)
            .Sum(static part => part.Max(static step => step.Next));

    private static IEnumerable<(int, long)> Covered(IEnumerable<InputProgress> steps) => steps.SelectMany(static step => step.Partitions)
        .SelectMany(static part => part.Predictions.SelectMany(
            range => Enumerable.Range((int)range.From, (int)(range.To - range.From)).Select(offset => (part.Partition, (long)offset))));

    private static async Task<List<InputProgress>> StepsAsync(InferenceBench bench)
    {
        List<InputProgress> steps = [];
        await foreach (var record in bench.Log.ReadToEndAsync(Topics.Progress, null, Cancellation))
            steps.Add(Wire.Deserialize<InputProgress>(record.Value));
        return steps;
    }

    private static async Task<List<InputProgress>> UntilAsync(InferenceBench bench, Func<IReadOnlyList<InputProgress>, bool> enough)
    {
        List<InputProgress> steps = [];
        await foreach (var batch in bench.Log.TailAsync(Topics.Progress, new Dictionary<int, long>(), Cancellation))
        {
            steps.AddRange(batch.Select(static record => Wire.Deserialize<InputProgress>(record.Value)));
            if (enough(steps))
                break;
        }
        return steps;
    }
}
