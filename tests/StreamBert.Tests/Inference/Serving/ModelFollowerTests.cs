using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Inference.Working;

namespace StreamBert.Tests.Inference.Serving;

public sealed class ModelFollowerTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_promotion_or_roll_back_of_each_model_decides_at_the_start()
    {
        await using var place = new Workplace(Models.Counting());
        await place.CreateTopicsAsync();
        await place.AppendAsync(Promoted("default", "v2"), Promoted("other", "o5"), Promoted("default", "v3"), BackTo("default", "v2"), Garbage());

        var targets = await Follower(place).ReadTargetsAsync(_cancellation);

        Assert.Equal(new("default", "v2", "default/v2", null), targets["default"]);
        Assert.Equal(new("other", "o5", "other/o5", "ab"), targets["other"]);
    }

    [Fact]
    public async Task A_promotion_is_loaded_beside_the_old_version_and_one_that_fails_leaves_the_old_one_serving()
    {
        await using var place = new Workplace(Models.Counting("v1"));
        await place.CreateTopicsAsync();
        await place.AppendAsync(Promoted("default", "v0"));
        var follower = Follower(place);
        await follower.ReadTargetsAsync(_cancellation);
        using var stop = new CancellationTokenSource();
        var follows = follower.FollowAsync(new Dictionary<string, ModelServer> { ["default"] = place.Server }, stop.Token);

        await place.AppendAsync(Promoted("default", "bad"), Garbage(), Promoted("other", "o5"), Promoted("default", "v2"));
        await UntilServesAsync(place, "v2");
        Assert.Equal(["bad", "v2"], _asked);
        await place.AppendAsync(BackTo("default", "v1"));
        await UntilServesAsync(place, "v1");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follows);
    }

    private readonly List<string> _asked = [];

    private ModelFollower Follower(Workplace place) => new(place.Log, Load, TimeSpan.Zero, TimeProvider.System, NullLogger<ModelFollower>.Instance);

    private ServedModel Load(ModelTarget target)
    {
        _asked.Add(target.Version);
        return target.Version == "bad" ? throw new InvalidDataException("a tensor is missing") : Models.Counting(target.Version);
    }

    /// <summary>What serves is seen where users see it: in predictions.</summary>
    private static async Task UntilServesAsync(Workplace place, string version)
    {
        await using var loop = place.Start();
        for (var i = 1; ; i++)
        {
            await place.AppendAsync(Workplace.Text($"{version} {i}", "a b"));
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
        PromotedAt = Workplace.EventTime,
        By = "test",
    });

    private static NewRecord BackTo(string model, string version) => Event(new ModelRolledBack
    {
        Model = model,
        From = "v3",
        To = version,
        Directory = $"{model}/{version}",
        RolledBackAt = Workplace.EventTime,
        By = "test",
        Reason = "test",
    });

    private static NewRecord Garbage() => Event(new ModelPromoted
    {
        Model = "",
        Version = "",
        Directory = "",
        Sha256 = "",
        PromotedAt = Workplace.EventTime,
        By = "",
    }) with
    { Value = "{}"u8.ToArray() };

    private static NewRecord Event<T>(T value) => new(Topics.Models, null, Wire.Serialize(value), Workplace.EventTime) { Headers = Wire.HeadersFor<T>() };
}
