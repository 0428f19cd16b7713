using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Rollout;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Inference;

namespace StreamBert.Tests.Inference.Rollout;

public sealed class ModelFollowerTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_promotion_or_roll_back_of_each_model_decides_at_the_start()
    {
        await using var place = new InferenceBench(TestModels.Counting());
        await place.CreateTopicsAsync();
        await place.AppendAsync(
            Promoted("default", "v2"),
            Promoted("other", "o5"),
            Promoted("default", "v3"),
            BackTo("default", "v2"),
            Garbage());

        var targets = await Follower(place).ReadTargetsAsync(_cancellation);

        Assert.Equal(["v2", "v3", "v2"], targets["default"].Select(static target => target.Version));
        Assert.Equal(new("default", "v2", "default/v2", "ab"), targets["default"][^1]); // what it was promoted with holds for the roll-back to it
        Assert.Equal(new("other", "o5", "other/o5", "ab"), Assert.Single(targets["other"]));
    }

    [Fact]
    public async Task A_promotion_is_loaded_beside_the_old_version_and_one_that_fails_leaves_the_old_one_serving()
    {
        await using var place = new InferenceBench(TestModels.Counting("v1"));
        await place.CreateTopicsAsync();
        await place.AppendAsync(Promoted("default", "v0"));
        var follower = Follower(place);
        await follower.ReadTargetsAsync(_cancellation);
        using var stop = new CancellationTokenSource();
        var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = place.Server }, stop.Token);

        await place.AppendAsync(Promoted("default", "bad"), Garbage(), Promoted("other", "o5"), Promoted("default", "v2"));
        await UntilServesAsync(place, "v2");
        Assert.Equal(["bad", "v2"], _loaded);
        Assert.Equal("ready", _readiness.Status);
        await place.AppendAsync(BackTo("default", "v1"));
        await UntilServesAsync(place, "v1");

        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task At_the_start_the_last_isRestored_version_serves_in_place_of_a_refused_one_and_log_alert_and_health_say_so()
    {
        await using var place = new InferenceBench(TestModels.Counting("v0"));
        await place.CreateTopicsAsync();
        await place.AppendAsync(Promoted("default", "v1"), Promoted("default", "v2"), Promoted("default", "bad"));
        var follower = Follower(place);

        var first = follower.LoadInitial((await follower.ReadTargetsAsync(_cancellation))["default"], static () => TestModels.Counting("shipped"));

        Assert.Equal("v2", first!.Version);
        Assert.Equal(["bad", "v2"], _loaded);
        Assert.Contains("a tensor is missing", Assert.Single(_readiness.Degradations).Reason, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = place.Server }, stop.Token);
        var alert = Wire.Deserialize<AlertRaised>((await place.TakeAsync(Topics.Alerts, 1))[0].Value);
        Assert.Equal((AlertKinds.ModelRefused, "bad is refused; v2 serves"), (alert.Kind, alert.Title));
        var refused = (await place.TakeAsync(Topics.Models, 4)).Select(static record => LoggedEvent.Read(record).Event)
            .OfType<ModelRefused>()
            .Single();
        Assert.Equal(("bad", "v2", alert.Id), (refused.Version, refused.Serving, refused.AlertId));

        (_isRestored, _fileSignature) = (true, "changed"); // the package is restored
        var resolved = Wire.Deserialize<AlertResolved>((await place.TakeAsync(Topics.Alerts, 2))[1].Value);
        Assert.Equal(alert.Id, resolved.Id);
        Assert.Equal("bad", place.Server.Slot.Version);
        Assert.Equal("ready", _readiness.Status);
        var repaired = (await place.TakeAsync(Topics.Models, 5)).Select(static record => LoggedEvent.Read(record).Event)
            .OfType<ModelRepaired>()
            .Single();
        Assert.Equal(("bad", "bad"), (repaired.Version, repaired.Refused));
        await stop.CancelAsync();
        await follows;
    }

    [Fact]
    public async Task A_refusal_that_the_log_tells_of_is_not_told_again_and_ends_when_another_version_is_promoted()
    {
        await using var place = new InferenceBench(TestModels.Counting("v0"));
        await place.CreateTopicsAsync();
        await place.AppendAsync(Promoted("default", "v2"), Promoted("default", "bad"));
        for (var start = 1; start <= 2; start++)
        {
            var follower = Follower(place);
            follower.LoadInitial((await follower.ReadTargetsAsync(_cancellation))["default"], static () => null);
            using var stop = new CancellationTokenSource();
            var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = place.Server }, stop.Token);
            await place.TakeAsync(Topics.Alerts, 1);
            if (start == 2)
            {
                await place.AppendAsync(Promoted("default", "v4"));
                Assert.Contains(
                    "v4 serves",
                    Wire.Deserialize<AlertResolved>((await place.TakeAsync(Topics.Alerts, 2))[1].Value).Message,
                    StringComparison.Ordinal);
            }
            await stop.CancelAsync();
            await follows;
        }
        Assert.Equal(2, await place.CountAsync(Topics.Alerts));
    }

    private readonly List<string> _loaded = [];
    private readonly Readiness _readiness = new();
    private volatile bool _isRestored;
    private volatile string _fileSignature = "";

    private ModelFollower Follower(InferenceBench bench)
    {
        var refused = new RefusedVersions(
            bench.Log, bench.Pipelines, _readiness, TimeProvider.System, NullLogger<RefusedVersions>.Instance);
        return new(
            new(bench.Log, refused, bench.Faults, TimeProvider.System), Load, _ => _fileSignature, refused, TimeSpan.Zero,
            bench.Supervisor, TimeProvider.System,
            NullLogger<ModelFollower>.Instance);
    }

    private ServedModel Load(ModelTarget target)
    {
        _loaded.Add(target.Version);
        return target.Version == "bad" && !_isRestored ? throw new InvalidDataException("a tensor is missing") : TestModels.Counting(target.Version);
    }

    /// <summary>What serves is seen where users see it: in predictions.</summary>
    private static async Task UntilServesAsync(InferenceBench place, string version)
    {
        await using var loop = place.Start();
        for (var i = 1; ; i++)
        {
            await place.AppendAsync(InferenceBench.Text($"{version} {i}", "a b"));
            var predictions = await place.PredictionsAsync((int)await place.CountAsync("texts.news"));
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
