using StreamBert.Contracts;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log.Embedded.Storage;
using StreamBert.Tests.Abuse;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// The built program on a log with garbage in every topic: it starts, classifies what is asked of it, balances, and its commands answer.
/// </summary>
public sealed class PoisonedDataDirectoryTests : IDisposable
{
    private const int Rows = 40, Garbage = 30;
    private readonly DataDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_log_with_foreign_records_in_every_topic_remains_usable()
    {
        await PoisonAsync();
        var csv = _directory.WriteCsv(Rows);

        var (code, output, allOutput) = await StreamBertProcess.RunAsync(
            _directory.UpArguments("--replay", csv, "--pipeline", "financial-news", "--model", "small", "--once"));
        Assert.True(code == 0, allOutput);
        Assert.Contains($"\"in\":{Rows},\"out\":{Rows},\"deadLettered\":0,\"inFlight\":0", output, StringComparison.Ordinal);
        Assert.Contains("monitoring cannot use the record at progress/0/", allOutput, StringComparison.Ordinal);
        Assert.Contains("more messages like this in the last", allOutput, StringComparison.Ordinal);

        foreach (var command in (string[][])[["dead-letters", "list"], ["topics"], ["dead-letters", "replay", "--all"]])
        {
            var ran = await StreamBertProcess.RunAsync([.. command, "--data", _directory.DataPath]);
            Assert.True(ran.Code == 0, $"{string.Join(' ', command)}: {ran.AllOutput}");
        }
        var verified = await StreamBertProcess.RunAsync("verify", "--data", _directory.DataPath);
        Assert.Contains("0 missing, 0 duplicated, 0 out of order", verified.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("predictions, copies or dead letters cannot be read", verified.StandardOutput, StringComparison.Ordinal);
    }

    private async Task PoisonAsync()
    {
        await using var log = _directory.OpenLog();
        await log.CreateTopicsAsync(TopicPlan.For(new(DefaultPipelines.All), new()), Cancellation);
        var poison = new PoisonRecords(11, "texts.financial-news");
        for (var round = 0; round < Garbage; round++)
            await log.AppendAsync([.. poison.AllTopics.Select(poison.For)], Cancellation);
    }
}
