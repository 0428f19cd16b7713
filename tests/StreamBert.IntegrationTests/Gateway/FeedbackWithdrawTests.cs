using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Annotators;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The command <c>feedback withdraw</c> withdraws labels through the Gateway.</summary>
public sealed class FeedbackWithdrawTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync(Keys.NoRedis);
        foreach (var (id, head, annotator) in new[]
        {
            ("wire/17", "sentiment", "anonymous"), ("wire/17", "topic", "anonymous"), ("n-1", "sentiment", "anna"),
        })
        {
            await GiveAsync(id, head, annotator, DateTimeOffset.UnixEpoch);
        }
    }

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task The_label_of_a_head_or_of_another_annotator_is_withdrawn()
    {
        var one = await RunAsync("wire/17", "--head", "sentiment", "--pipeline", "financial-news");
        var other = await RunAsync("n-1", "--annotator", "anna", "--json");

        Assert.Equal((0, "The label of 'wire/17' on sentiment is withdrawn."), (one.Code, one.StandardOutput.Trim()));
        Assert.Equal(0, other.Code);
        using var json = JsonDocument.Parse(other.StandardOutput);
        Assert.Equal("sentiment", Assert.Single(json.RootElement.GetProperty("withdrawn").EnumerateArray()).GetString());
        Assert.Equal(
            [("anna", "n-1", "sentiment"), ("anonymous", "wire/17", "sentiment")],
            (await WithdrawalsAsync()).Select(static item => (item.Annotator, item.Id, item.Head)).Order());
    }

    [Fact]
    public async Task Each_head_is_named_once_if_its_labels_in_several_pipelines_are_withdrawn()
    {
        await GiveAsync("wire/17", "sentiment", "anonymous", DateTimeOffset.UnixEpoch, pipeline: "support-chat");

        var run = await RunAsync("wire/17");

        Assert.Equal((0, "The labels of 'wire/17' on sentiment, topic are withdrawn."), (run.Code, run.StandardOutput.Trim()));
        Assert.Equal(3, (await WithdrawalsAsync()).Count);
    }

    [Fact]
    public async Task A_label_whose_time_is_ahead_of_the_clock_of_the_gateway_is_withdrawn_too()
    {
        await GiveAsync("n-2", "sentiment", "anonymous", TimeProvider.System.GetUtcNow().AddHours(1));

        var run = await RunAsync("n-2");

        Assert.Equal((0, "The label of 'n-2' on sentiment is withdrawn."), (run.Code, run.StandardOutput.Trim()));
        var records = await FeedbackAsync();
        var withdrawn = new FeedbackWithdrawals();
        records.ForEach(withdrawn.Add);
        var label = records.Single(static record => EventRecord.Is<FeedbackReceived>(record)
            && Wire.Deserialize<FeedbackReceived>(record.Value).Id == "n-2");
        Assert.True(withdrawn.Contains(Wire.Deserialize<FeedbackReceived>(label.Value), label.Position));
    }

    [Theory]
    [InlineData("n-17", "'anonymous' has no label on the text 'n-17'")]
    [InlineData("n-1 --head sentiment", "'anonymous' has no label on the head 'sentiment' of the text 'n-1'")]
    [InlineData("n-1 --pipeline nothing", "there is no pipeline 'nothing'")]
    public async Task What_was_not_labelled_is_named_and_nothing_is_withdrawn(string arguments, string message)
    {
        var run = await RunAsync(arguments.Split(' '));

        Assert.Equal(1, run.Code);
        Assert.Contains(message, run.AllOutput, StringComparison.Ordinal);
        Assert.Empty(await WithdrawalsAsync());
    }

    private Task<(int Code, string StandardOutput, string AllOutput)> RunAsync(params string[] arguments) =>
        StreamBertProcess.RunAsync(["feedback", "withdraw", .. arguments, "--url", $"{_gateway.Client.BaseAddress}"]);

    private Task GiveAsync(string id, string head, string annotator, DateTimeOffset at, string pipeline = "financial-news")
    {
        var feedback = new FeedbackReceived
        {
            Id = id,
            Pipeline = pipeline,
            Head = head,
            Label = "neutral",
            Annotator = annotator,
            OccurredAt = at,
        };
        return _gateway.Log.AppendAsync([EventRecord.Create(Topics.Feedback, id, feedback, at)], Cancellation);
    }

    private async Task<List<LogRecord>> FeedbackAsync() =>
        await _gateway.Log.ReadToEndAsync(Topics.Feedback, null, Cancellation).ToListAsync(Cancellation);

    private async Task<List<FeedbackWithdrawn>> WithdrawalsAsync() =>
    [
        .. (await FeedbackAsync()).Where(static record => EventRecord.Is<FeedbackWithdrawn>(record))
            .Select(static record => Wire.Deserialize<FeedbackWithdrawn>(record.Value)),
    ];
}
