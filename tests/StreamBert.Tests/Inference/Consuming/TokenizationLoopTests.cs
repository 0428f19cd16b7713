using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Consuming;
using StreamBert.Inference.Serving;
using StreamBert.Model.Tokenization;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Inference.Consuming;

/// <summary>Tests requests and responses of the tokenization in the log.</summary>
public sealed class TokenizationLoopTests
{
    private static readonly TextToken[] Two = [new(2, 0, 0, "[CLS]"), new(7, 0, 3)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_answered_by_the_model_of_its_pipeline_without_a_prediction()
    {
        await using var bench = new InferenceBench(Model(static (text, special) => text == "Oil" && special ? Two : []));
        await bench.CreateTopicsAsync();

        var answer = Assert.Single(await AnswersAsync(bench, Question("a", "Oil")));

        Assert.Equal(("a", null), (answer.Id, answer.Error));
        Assert.Equal(Two, answer.Tokens!);
        Assert.Equal((0, 0), (await bench.CountAsync(Topics.Predictions), await bench.CountAsync(Topics.DeadLetter)));
    }

    [Fact]
    public async Task An_expired_or_invalid_request_gets_no_response()
    {
        await using var bench = new InferenceBench(Model(static (_, _) => Two));
        await bench.CreateTopicsAsync();
        var late = Question("late", "Oil") with { Deadline = DateTimeOffset.UnixEpoch };
        await bench.AppendAsync(
            new NewRecordOf(Topics.Tokenize, "x", "no JSON"u8.ToArray()).Record,
            new NewRecordOf(Topics.Tokenize, "y", null).Record);

        Assert.Equal("in time", Assert.Single(await AnswersAsync(bench, late, Question("in time", "Oil"))).Id);
    }

    [Fact]
    public async Task A_failed_tokenization_is_answered_with_the_reason()
    {
        await using var bench = new InferenceBench(
            Model(static (text, _) => text == "bad" ? throw new InvalidOperationException("of this") : Two));
        await bench.CreateTopicsAsync();

        var answers = await AnswersAsync(
            bench, Question("a", "bad"), Question("b", "Oil") with { Pipeline = "none" }, Question("c", "Oil"));

        var errors = answers.ToDictionary(static answer => answer.Id, static answer => answer.Error);
        Assert.Contains("of this", errors["a"], StringComparison.Ordinal);
        Assert.Contains("no pipeline 'none'", errors["b"], StringComparison.Ordinal);
        Assert.Null(errors["c"]);
    }

    private static async Task<List<TokenizationCompleted>> AnswersAsync(InferenceBench bench, params TokenizationRequested[] questions)
    {
        var servers = new Dictionary<string, ModelServer> { [bench.Server.Name] = bench.Server };
        var loop = new TokenizationLoop(
            bench.Log, ConsumerGroups.InferenceTokenize, bench.Pipelines, servers, new(bench.Pipelines, TestKeys.None), bench.Faults,
            new() { RetryDelay = TimeSpan.FromMilliseconds(1) }, bench.Supervisor, TimeProvider.System,
            NullLogger<TokenizationLoop>.Instance);
        await bench.AppendAsync(
            [.. questions.Select(static asked => new NewRecordOf(Topics.Tokenize, asked.Id, Wire.Serialize(asked)).Record)]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = Task.Run(() => loop.RunAsync(stop.Token), Cancellation);
        var answers = await bench.TakeAsync(Topics.Tokens, questions.Count(static asked => asked.Deadline > DateTimeOffset.UnixEpoch));
        await stop.CancelAsync();
        await running;
        return [.. answers.Select(static record => Wire.Deserialize<TokenizationCompleted>(record.Value))];
    }

    private static TokenizationRequested Question(string id, string text) =>
        new() { Id = id, Pipeline = "news", Text = text, WithSpecialTokens = true, Deadline = DateTimeOffset.MaxValue };

    private static ServedModel Model(Func<string, bool, IReadOnlyList<TextToken>> tokenize) =>
        new("v1", ["sentiment"], static _ => new EncodedText([], false), static _ => [], static () => { }) { Tokenize = tokenize };

    private sealed record NewRecordOf(string Topic, string Key, byte[]? Value)
    {
        public StreamBert.Streaming.Log.NewRecord Record => new(Topic, Encoding.UTF8.GetBytes(Key), Value, InferenceBench.EventTime);
    }
}
