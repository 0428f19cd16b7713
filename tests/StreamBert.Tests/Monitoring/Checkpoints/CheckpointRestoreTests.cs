using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Monitoring.Checkpoints;

/// <summary>Kills monitors on the embedded log. The oracle is a monitor that is not interrupted.</summary>
public sealed class CheckpointRestoreTests
{
    private const string NewVersion = "default-v2";
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Profiles_and_promotions_between_two_checkpoints_survive_kills()
    {
        var stream = new SyntheticStream(12) { Version = static time => time < 60 ? "default-v1" : NewVersion };
        var texts = stream.Play(120).ToList();
        var before = texts.TakeWhile(static text => text.Text.ModelVersion != NewVersion).ToList();
        await using var interrupted = new MonitoringHarness { CheckpointInterval = TimeSpan.FromHours(1) };
        await using var uninterrupted = new MonitoringHarness();

        await AppendAndKillAsync(interrupted, before, kills: 5);
        await ReadAsync(interrupted, before.Count);
        await interrupted.Log.AppendAsync(Promotion(), Cancellation);
        await AppendAndKillAsync(interrupted, texts[before.Count..], kills: 5);
        await ReadAsync(interrupted, texts.Count);
        await uninterrupted.AppendAsync(before);
        await ReadAsync(uninterrupted, before.Count);
        await uninterrupted.Log.AppendAsync(Promotion(), Cancellation);
        await uninterrupted.AppendAsync(texts[before.Count..]);
        await ReadAsync(uninterrupted, texts.Count);

        var drift = (await interrupted.StateAsync()).Pipelines["financial-news"].Drift;
        Assert.Equal(NewVersion, Assert.Single(drift.Profiles).Version);
        foreach (var topic in (string[])[Topics.Trends, Topics.Alerts])
            Assert.Equal(await uninterrupted.BytesAsync(topic), await interrupted.BytesAsync(topic));
    }

    [Fact]
    public async Task A_checkpoint_whose_parts_are_gone_is_skipped_and_nothing_is_emitted_twice()
    {
        var texts = MonitoringHarness.Surge().ToList();
        await using var harness = new MonitoringHarness();
        await harness.AppendAsync(texts[..(texts.Count / 2)]);
        await ReadAsync(harness, texts.Count / 2);
        var last = await harness.Log.FetchLastAsync(Topics.MonitorState, 0, Cancellation);
        var state = Encoding.UTF8.GetString(BoundedGzip.Decompress(last!.Value!).ToArray());
        var hash = (await harness.StateAsync()).Parts.First();
        var damaged = CompressedJson.Of(state.Replace(hash, new string('0', hash.Length), StringComparison.Ordinal));
        await harness.Log.AppendAsync([StateRecord(damaged)], Cancellation);

        await harness.AppendAsync(texts[(texts.Count / 2)..]);
        await ReadAsync(harness, texts.Count);

        await harness.AssertCommittedOnceAsync(texts.Count);
    }

    private static async Task AppendAndKillAsync(
        MonitoringHarness harness, IReadOnlyList<(TextClassified Text, int Partition, DateTimeOffset ArrivesAt)> texts, int kills)
    {
        await harness.AppendAsync(texts);
        for (var kill = 0; kill < kills; kill++)
        {
            await using var crashing = new CrashingLog(harness.Log, afterTheCommit: kill % 2 == 0, commits: 1 + kill % 3);
            using var killed = harness.Worker(crashing, batch: 40);
            await killed.StartAsync(Cancellation);
            await Task.WhenAny(crashing.Crashed, killed.ExecuteTask!);
            await killed.StopAsync(Cancellation);
        }
    }

    private static async Task ReadAsync(MonitoringHarness harness, int predictions)
    {
        using var worker = await harness.StartAsync(batch: 300);
        await harness.UntilReadAsync(predictions);
        await worker.StopAsync(Cancellation);
    }

    private static NewRecord StateRecord(byte[] state) =>
        new(Topics.MonitorState, null, state, SyntheticStream.Start) { Partition = 0, Headers = EventRecord.HeadersFor<MonitorState>() };

    private static List<NewRecord> Promotion()
    {
        var at = SyntheticStream.Start.AddSeconds(60);
        return
        [
            EventRecord.Create(Topics.Models, "default", Profiled(at), at),
            EventRecord.Create(Topics.Models, "default", Promoted(at), at),
        ];
    }

    private static ModelProfiled Profiled(DateTimeOffset at) => new()
    {
        Model = "default",
        Version = NewVersion,
        PublishedAt = at,
        Profile = new()
        {
            MeasuredOn = "held-out texts",
            Texts = 1000,
            Heads = new Dictionary<string, HeadReference>
            {
                ["sentiment"] = new()
                {
                    Labels = new Dictionary<string, long> { ["negative"] = 200, ["neutral"] = 520, ["positive"] = 280 },
                    Confidences = [.. Enumerable.Range(0, ReferenceProfile.ConfidenceBins).Select(static bin => bin < 80 ? 0L : 50L)],
                },
            },
            Lengths = [0, 0, 0, 1000],
            Tokens = 12_000,
            UnknownTokens = 0,
        },
    };

    private static ModelPromoted Promoted(DateTimeOffset at) => new()
    {
        Model = "default",
        Version = NewVersion,
        Previous = "default-v1",
        Directory = NewVersion,
        Sha256 = new string('a', 64),
        PromotedAt = at,
        By = "training",
    };
}
