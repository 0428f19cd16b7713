using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Gateway;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Gateway.ModelRequests;

/// <summary>Tests that a request about a model is answered with the event that names its position in the log.</summary>
public sealed class ModelRequestClientTests
{
    private static readonly RollbackRequested Request = new() { By = "anna", Reason = "worse", OccurredAt = TrainingBench.Start };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_event_that_names_the_position_of_the_request_answers_it()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var client = Create(bench, TimeProvider.System);

        var answer = client.RequestAsync(Request, Cancellation);
        var position = await PositionAsync(bench);
        client.Observe(RolledBack(position with { Offset = position.Offset + 1 }, "default-v8"));
        client.Observe(RolledBack(position, "default-v1"));

        var result = await answer;
        Assert.Equal(
            ("rolled-back", "default-v1", "default-v2", $"{position}"), (result.State, result.Version, result.Previous, result.Request));
    }

    [Fact]
    public async Task A_refusal_is_thrown_with_its_reason()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var client = Create(bench, TimeProvider.System);

        var answer = client.RequestAsync(Request with { Model = "defualt" }, Cancellation);
        client.Observe(new ModelRequestRefused
        {
            Model = "defualt",
            Request = await PositionAsync(bench),
            Reason = DeadLetterReasons.UnknownModel,
            Detail = "There is no model 'defualt'.",
            By = "anna",
            RefusedAt = TrainingBench.Start,
        });

        var refused = await Assert.ThrowsAsync<ModelRequestRefusedException>(() => answer);
        Assert.Equal(("There is no model 'defualt'.", true), (refused.Message, refused.IsUnknownModel));
    }

    [Fact]
    public async Task A_request_that_is_not_decided_in_time_is_answered_with_where_to_look()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var time = new FakeTimeProvider();
        var client = Create(bench, time);

        var answer = client.RequestAsync(Request, Cancellation);
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        Assert.Equal(ModelRequestResult.Undecided, (await answer).State);
        Assert.Contains("GET /v1/models", (await answer).Detail, StringComparison.Ordinal);
    }

    private static ModelRequestClient Create(TrainingBench bench, TimeProvider time)
    {
        var hub = new LiveEventHub();
        hub.Start();
        return new(bench.Log, hub, Microsoft.Extensions.Options.Options.Create(new GatewayOptions()), time);
    }

    private static async Task<RecordPosition> PositionAsync(TrainingBench bench)
    {
        await foreach (var records in bench.Log.TailAsync(Topics.Feedback, new Dictionary<int, long>(), Cancellation))
            return records[0].Position;
        throw new InvalidOperationException("The topic has no records.");
    }

    private static ModelRolledBack RolledBack(RecordPosition request, string to) => new()
    {
        Model = "default",
        From = "default-v2",
        To = to,
        Directory = $"default/{to}",
        RolledBackAt = TrainingBench.Start,
        By = "anna",
        Reason = "worse",
        Request = request,
    };
}
