using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Rollout;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Models;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Inference;

namespace StreamBert.Tests.Inference.Rollout;

public sealed class ModelFollowerTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_promotion_or_rollback_of_each_model_determines_the_initial_version()
    {
        await using var bench = new InferenceBench(TestModels.Counting());
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(
            Promoted("default", "v2"),
            Promoted("other", "o5"),
            Promoted("default", "v3"),
            BackTo("default", "v2"),
            Garbage());

        var targets = await Follower(bench).ReadTargetsAsync(_cancellation);

        Assert.Equal(["v2", "v3", "v2"], targets["default"].Select(static target => target.Version));
        Assert.Equal(new("default", "v2", "default/v2", "ab"), targets["default"][^1]); // the checksum of its promotion
        Assert.Equal(new("other", "o5", "other/o5", "ab"), Assert.Single(targets["other"]));
    }

    [Fact]
    public async Task A_promoted_version_is_swapped_in_and_one_that_cannot_be_loaded_leaves_the_old_one_serving()
    {
        await using var bench = new InferenceBench(TestModels.Counting("v1"));
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(Promoted("default", "v0"));
        var follower = Follower(bench);
        await follower.ReadTargetsAsync(_cancellation);
        using var stop = new CancellationTokenSource();
        var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = bench.Server }, stop.Token);

        await bench.AppendAsync(Promoted("default", "bad"), Garbage(), Promoted("other", "o5"), Promoted("default", "v2"));
        await UntilServesAsync(bench, "v2");
        Assert.Equal(["bad", "v2"], _loaded);
        Assert.Equal("ready", _readiness.Status);
        await bench.AppendAsync(BackTo("default", "v1"));
        await UntilServesAsync(bench, "v1");

        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task The_newest_loadable_version_serves_instead_of_a_refused_one_and_log_alert_and_health_report_it()
    {
        await using var bench = new InferenceBench(TestModels.Counting("v0"));
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(Promoted("default", "v1"), Promoted("default", "v2"), Promoted("default", "bad"));
        var follower = Follower(bench);

        var targets = await follower.ReadTargetsAsync(_cancellation);
        var first = follower.LoadInitial(targets["default"], static () => TestModels.Counting("shipped"));

        Assert.Equal("v2", first!.Version);
        Assert.Equal(["bad", "v2"], _loaded);
        Assert.Contains("a tensor is missing", Assert.Single(_readiness.Degradations).Reason, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = bench.Server }, stop.Token);
        var alert = Wire.Deserialize<AlertRaised>((await bench.TakeAsync(Topics.Alerts, 1))[0].Value);
        Assert.Equal((AlertKinds.ModelRefused, "bad is refused; v2 serves"), (alert.Kind, alert.Title));
        var refused = (await bench.TakeAsync(Topics.Models, 4)).Select(static record => LoggedEvent.Read(record).Event)
            .OfType<ModelRefused>()
            .Single();
        Assert.Equal(("bad", "v2", alert.Id), (refused.Version, refused.Serving, refused.AlertId));

        (_isRestored, _fileSignature) = (true, "changed"); // the package is restored
        var resolved = Wire.Deserialize<AlertResolved>((await bench.TakeAsync(Topics.Alerts, 2))[1].Value);
        Assert.Equal(alert.Id, resolved.Id);
        Assert.Equal("bad", bench.Server.Slot.Version);
        Assert.Equal("ready", _readiness.Status);
        var repaired = (await bench.TakeAsync(Topics.Models, 5)).Select(static record => LoggedEvent.Read(record).Event)
            .OfType<ModelRepaired>()
            .Single();
        Assert.Equal(("bad", "bad"), (repaired.Version, repaired.Refused));
        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task A_published_refusal_is_not_published_again_and_is_resolved_when_another_version_is_promoted()
    {
        await using var bench = new InferenceBench(TestModels.Counting("v0"));
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(Promoted("default", "v2"), Promoted("default", "bad"));
        for (var start = 1; start <= 2; start++)
        {
            var follower = Follower(bench);
            follower.LoadInitial((await follower.ReadTargetsAsync(_cancellation))["default"], static () => null);
            using var stop = new CancellationTokenSource();
            var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = bench.Server }, stop.Token);
            await bench.TakeAsync(Topics.Alerts, 1);
            if (start == 2)
            {
                await bench.AppendAsync(Promoted("default", "v4"));
                Assert.Contains(
                    "v4 serves",
                    Wire.Deserialize<AlertResolved>((await bench.TakeAsync(Topics.Alerts, 2))[1].Value).Message,
                    StringComparison.Ordinal);
            }
            await stop.CancelAsync();
            await follows;
        }
        Assert.Equal(2, await bench.CountAsync(Topics.Alerts));
    }

    [Fact]
    public async Task A_canary_answers_its_share_of_the_keys_and_serves_all_of_them_after_its_promotion_without_being_loaded_again()
    {
        const int Texts = 300;
        await using var bench = new InferenceBench(TestModels.Counting("v1"));
        await bench.CreateTopicsAsync();
        using var stop = new CancellationTokenSource();
        var follows = await FollowAsync(bench, stop.Token);
        await bench.AppendAsync(Rollout("v2", RolloutStages.Canary, 0.3));
        await UntilAsync(() => bench.Server.Candidate is not null);
        await using var loop = bench.Start();

        await bench.AppendAsync(
            [.. Enumerable.Range(0, Texts).Select(static n => InferenceBench.Text($"t{n}", $"text {n}", $"s{n % 100}"))]);
        var during = await bench.PredictionsAsync(Texts);
        await bench.AppendAsync(Rollout("v2", RolloutStages.Promoted, 0), Promoted("default", "v2"));
        await UntilAsync(() => bench.Server.Slot.Version == "v2" && bench.Server.Candidate is null);
        await bench.AppendAsync(InferenceBench.Text("last", "text"));
        var last = (await bench.PredictionsAsync(Texts + 1))[^1];

        Assert.All(during.GroupBy(static prediction => prediction.Subject), static subject =>
            Assert.Single(subject.Select(static prediction => prediction.ModelVersion).Distinct()));
        Assert.InRange(during.Count(static prediction => prediction.ModelVersion == "v2") / (double)Texts, 0.15, 0.45);
        Assert.Equal("v2", last.ModelVersion);
        Assert.Equal(["v2"], _loaded);
        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task A_rolled_back_canary_answers_no_text_any_more_and_is_unloaded()
    {
        await using var bench = new InferenceBench(TestModels.Counting("v1"));
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(Rollout("v2", RolloutStages.Canary, 1));
        var follower = Follower(bench);
        follower.LoadCandidate(bench.Server, (await follower.ReadTargetsAsync(_cancellation))["default"]); // as a process that starts
        using var stop = new CancellationTokenSource();
        var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = bench.Server }, stop.Token);
        await using var loop = bench.Start();
        await bench.AppendAsync(InferenceBench.Text("first", "text"));
        await bench.PredictionsAsync(1);

        await bench.AppendAsync(Rollout("v2", RolloutStages.RolledBack, 0));
        await UntilAsync(() => bench.Server.Candidate is null);
        await bench.AppendAsync(InferenceBench.Text("second", "text"));
        var predictions = await bench.PredictionsAsync(2);

        Assert.Equal(
            ["v2", "v1"], predictions.OrderBy(static prediction => prediction.Id).Select(static prediction => prediction.ModelVersion));
        await UntilAsync(() => _unloaded.Contains("v2"));
        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task A_candidate_in_the_stage_shadow_answers_copies_only_and_its_answers_are_counted()
    {
        // What is answered from the cache is not copied, and this model reads most of the texts equally.
        var options = new InferenceOptions { Replicas = 2, RetryDelay = TimeSpan.FromMilliseconds(1), CacheEntries = 0 };
        await using var bench = new InferenceBench(TestModels.Counting("v1"), options: options);
        await bench.CreateTopicsAsync();
        using var stop = new CancellationTokenSource();
        var follows = await FollowAsync(bench, stop.Token);
        await bench.AppendAsync(Rollout("v2", RolloutStages.Shadow, 1));
        await UntilAsync(() => bench.Server.Candidate is not null);
        await using var loop = bench.Start();
        var servers = new Dictionary<string, ModelServer> { ["default"] = bench.Server };
        var reporter = new ShadowReporter(bench.Log, Options.Create(new InferenceOptions()), bench.Supervisor, TimeProvider.System);

        await bench.AppendAsync([.. Enumerable.Range(0, 50).Select(static n => InferenceBench.Text($"t{n}", $"text number {n}"))]);
        var predictions = await bench.PredictionsAsync(50);
        var reports = new List<ShadowReported>();
        while (reports.Sum(static report => report.Texts + report.Failures + report.Dropped) < 50)
        {
            await reporter.ReportAsync(servers, _cancellation);
            reports = [.. (await bench.TakeAsync(Topics.Shadow, 1))
                .Select(static record => Wire.Deserialize<ShadowReported>(record.Value))];
        }

        Assert.All(predictions, static prediction => Assert.Equal("v1", prediction.ModelVersion));
        Assert.Equal(0, reports.Sum(static report => report.Failures));
        Assert.All(reports.SelectMany(static report => report.Heads), static head =>
            Assert.Equal(
                ("news", "sentiment", head.Champion["3"], head.Candidate["3"]), (head.Pipeline, head.Head, head.Agreed, head.Agreed)));
        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task A_candidate_that_cannot_be_loaded_is_refused_until_its_rollout_has_ended()
    {
        await using var bench = new InferenceBench(TestModels.Counting("v1"));
        await bench.CreateTopicsAsync();
        using var stop = new CancellationTokenSource();
        var follows = await FollowAsync(bench, stop.Token);

        await bench.AppendAsync(Rollout("bad", RolloutStages.Canary, 0.3));
        var refused = (ModelRefused)LoggedEvent.Read((await bench.TakeAsync(Topics.Models, 2))[1]).Event!;
        await bench.AppendAsync(Rollout("bad", RolloutStages.RolledBack, 0));
        var repaired = (ModelRepaired)LoggedEvent.Read((await bench.TakeAsync(Topics.Models, 4))[3]).Event!;

        Assert.Equal(("bad", "v1"), (refused.Version, refused.Serving));
        Assert.Equal(("v1", "bad"), (repaired.Version, repaired.Refused));
        Assert.Equal("ready", _readiness.Status);
        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task A_version_that_the_model_store_cannot_deliver_is_refused_and_serves_when_the_store_answers()
    {
        await using var bench = new InferenceBench(TestModels.Counting("v1"));
        await bench.CreateTopicsAsync();
        var time = new FakeTimeProvider();
        var (attempts, isAnswering) = (0, false);
        var follower = Follower(bench, time, (_, _) =>
        {
            Interlocked.Increment(ref attempts);
            return Volatile.Read(ref isAnswering) ? Task.FromResult(true) : throw new ModelStoreException("The store does not answer.");
        });
        await follower.ReadTargetsAsync(_cancellation);
        using var stop = new CancellationTokenSource();
        var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = bench.Server }, stop.Token);

        await bench.AppendAsync(Promoted("default", "v2"));
        await UntilAsync(() => _readiness.Degradations.Count == 1);
        Assert.Contains("The store does not answer.", _readiness.Degradations[0].Reason, StringComparison.Ordinal);
        Assert.Equal("v1", bench.Server.Slot.Version);
        Assert.Empty(_loaded);
        var before = Volatile.Read(ref attempts);
        Volatile.Write(ref isAnswering, true);
        await UntilAsync(() =>
        {
            time.Advance(ModelFollower.RefusedCheckInterval); // far less than the minute between attempts to load
            return bench.Server.Slot.Version == "v2";
        });

        Assert.Equal(before + 1, attempts);
        Assert.Equal("ready", _readiness.Status);
        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task At_the_start_the_newest_version_that_can_be_downloaded_serves()
    {
        await using var bench = new InferenceBench(TestModels.Counting("v0"));
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(Promoted("default", "v1"), Promoted("default", "v2"), Promoted("default", "v3"));
        var fetched = new List<string>();
        var follower = Follower(bench, TimeProvider.System, (target, _) =>
        {
            fetched.Add(target.Version);
            return target.Version == "v3" ? throw new ModelStoreException("v3 is damaged.") : Task.FromResult(true);
        });

        var targets = (await follower.ReadTargetsAsync(_cancellation))["default"];
        await follower.FetchInitialAsync(targets, _cancellation);
        var serving = follower.LoadInitial(targets, static () => TestModels.Counting("shipped"));

        Assert.Equal("v2", serving!.Version);
        Assert.Equal(["v3", "v2"], fetched);
        Assert.Contains("v3 is damaged.", Assert.Single(_readiness.Degradations).Reason, StringComparison.Ordinal);
    }

    private readonly List<string> _unloaded = [];
    private readonly List<string> _loaded = [];
    private readonly Readiness _readiness = new();
    private volatile bool _isRestored;
    private volatile string _fileSignature = "";

    private ModelFollower Follower(
        InferenceBench bench, TimeProvider? time = null, Func<ModelTarget, CancellationToken, Task<bool>>? fetch = null)
    {
        var refused = new RefusedVersions(
            bench.Log, bench.Pipelines, _readiness, TimeProvider.System, NullLogger<RefusedVersions>.Instance);
        return new(
            new(bench.Log, refused, bench.Faults, TimeProvider.System), Load, _ => _fileSignature,
            new(fetch ?? (static (_, _) => Task.FromResult(true))), refused, TimeSpan.Zero,
            time is null ? bench.Supervisor : new(time, NullLogger<Supervisor>.Instance), time ?? TimeProvider.System,
            NullLogger<ModelFollower>.Instance);
    }

    private ServedModel Load(ModelTarget target)
    {
        _loaded.Add(target.Version);
        return target.Version == "bad" && !_isRestored
            ? throw new InvalidDataException("a tensor is missing")
            : TestModels.Counting(target.Version, unload: () => _unloaded.Add(target.Version));
    }

    private async Task<Task> FollowAsync(InferenceBench bench, CancellationToken stop)
    {
        var follower = Follower(bench);
        await follower.ReadTargetsAsync(_cancellation);
        return follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = bench.Server }, stop);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(5, _cancellation);
    }

    /// <summary>Waits until a prediction of the version appears, as a user would see it.</summary>
    private static async Task UntilServesAsync(InferenceBench bench, string version)
    {
        await using var loop = bench.Start();
        for (var i = 1; ; i++)
        {
            await bench.AppendAsync(InferenceBench.Text($"{version} {i}", "a b"));
            var predictions = await bench.PredictionsAsync((int)await bench.CountAsync("texts.news"));
            if (predictions.Any(prediction => prediction.ModelVersion == version && prediction.Id == $"{version} {i}"))
                return;
        }
    }

    private static NewRecord Promoted(string model, string version) => Event(new ModelPromoted
    {
        Model = model,
        Version = version,
        Directory = $"{model}/{version}",
        Sha256 = "ab",
        PromotedAt = InferenceBench.EventTime,
        By = "test",
    });

    private static NewRecord Rollout(string version, string stage, double share) => Event(new RolloutChanged
    {
        Model = "default",
        Version = version,
        Champion = "v1",
        Stage = stage,
        Share = share,
        Directory = $"default/{version}",
        Sha256 = "ab",
        ChangedAt = InferenceBench.EventTime,
        By = "test",
        Reason = "test",
    });

    private static NewRecord BackTo(string model, string version) => Event(new ModelRolledBack
    {
        Model = model,
        From = "v3",
        To = version,
        Directory = $"{model}/{version}",
        RolledBackAt = InferenceBench.EventTime,
        By = "test",
        Reason = "test",
    });

    private static NewRecord Garbage() => Event(new ModelPromoted
    {
        Model = "",
        Version = "",
        Directory = "",
        Sha256 = "",
        PromotedAt = InferenceBench.EventTime,
        By = "",
    }) with
    { Value = "{}"u8.ToArray() };

    private static NewRecord Event<T>(T value)
        => EventRecord.Create(Topics.Models, value, InferenceBench.EventTime);
}
