using StreamBert.Cli.Errors;
using StreamBert.Cli.Replay.Progress;
using StreamBert.Contracts;

namespace StreamBert.Tests.Cli.Replay;

/// <summary>Tests runs, resumption and restarts of replays.</summary>
public sealed class ReplayerTests : IAsyncLifetime
{
    private const int Rows = 1_000;
    private ReplayBench _bench = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await ReplayBench.CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Every_row_is_appended_once_with_a_unique_id()
    {
        var figures = await _bench.RunAsync(_bench.WriteFile("a.csv", ReplayBench.Csv(Rows)));

        var texts = await _bench.ReadTextsAsync();
        Assert.Equal(new RunFigures(Rows, Rows, 0, 0), figures);
        Assert.Equal(Enumerable.Range(1, Rows).Select(static row => $"text {row}").Order(), texts.Select(static text => text.Text).Order());
        Assert.Distinct(texts.Select(static text => text.Id));
    }

    [Fact]
    public async Task A_replay_interrupted_at_any_step_resumes_at_the_right_row()
    {
        for (var interruption = 0; interruption < 3; interruption++)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(
                () => _bench.RunAsync(_bench.WriteFile("a.csv", ReplayBench.Csv(Rows)), _bench.InterruptAfter(appends: 2)));
        }

        await _bench.RunAsync(_bench.WriteFile("a.csv", ReplayBench.Csv(Rows)));

        var ids = (await _bench.ReadTextsAsync()).Select(static text => text.Id).ToList();
        Assert.Equal(Rows, ids.Count);
        Assert.Distinct(ids);
    }

    [Fact]
    public async Task A_run_that_was_appended_but_not_completed_is_completed_without_appending_again()
    {
        var file = _bench.WriteFile("a.csv", ReplayBench.Csv(3));
        await _bench.CreateReplayer(file).RunAsync(Cancellation); // killed before completion

        Assert.Equal(new RunFigures(3, 3, 0, 0), await _bench.RunAsync(file));
        Assert.Equal(3, (await _bench.ReadTextsAsync()).Count);
    }

    [Fact]
    public async Task Replaying_the_same_file_again_is_a_new_run_with_new_figures_and_ids()
    {
        var file = _bench.WriteFile("a.csv", ReplayBench.Csv(3));
        await _bench.RunAsync(file);

        Assert.Equal(new RunFigures(3, 3, 0, 0), await _bench.RunAsync(file));
        Assert.Distinct((await _bench.ReadTextsAsync()).Select(static text => text.Id));
    }

    [Fact]
    public async Task A_file_with_the_same_name_and_other_content_is_another_replay()
    {
        await _bench.RunAsync(_bench.WriteFile("a.csv", ReplayBench.Csv(3)));

        Assert.Equal(4, (await _bench.RunAsync(_bench.WriteFile("a.csv", ReplayBench.Csv(4)))).In);
    }

    [Fact]
    public async Task An_interrupted_replay_resumes_only_with_the_same_options_or_restarts()
    {
        var file = _bench.WriteFile(
            "a.csv",
            ReplayBench.Csv(Rows)
                .Replace("text\n", "text,body\n", StringComparison.Ordinal)
                .Replace("\ntext", "\nb,text", StringComparison.Ordinal));
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => _bench.RunAsync(file, ReplayBench.Request() with { Text = "text" }, _bench.InterruptAfter(appends: 3)));

        var columns = await Assert.ThrowsAsync<CliException>(() => _bench.RunAsync(file, ReplayBench.Request() with { Text = "body" }));
        var pipeline = await Assert.ThrowsAsync<CliException>(
            () => _bench.RunAsync(file, ReplayBench.Request() with { Text = "text" }, pipeline: DefaultPipelines.SupportChat));
        var restarted = await _bench.RunAsync(file, ReplayBench.Request() with { Text = "body", Restart = true });

        Assert.Contains("--text was 'text' and is 'body'", columns.Message, StringComparison.Ordinal);
        Assert.Contains("--pipeline was financial-news and is support-chat", pipeline.Message, StringComparison.Ordinal);
        Assert.All([columns, pipeline], static refused => Assert.Contains("--restart", refused.Message, StringComparison.Ordinal));
        Assert.Equal(Rows, restarted.In);
        Assert.Equal(Rows, (await _bench.ReadTextsAsync()).Count(static text => text.Text.StartsWith("text", StringComparison.Ordinal)));
    }
}
