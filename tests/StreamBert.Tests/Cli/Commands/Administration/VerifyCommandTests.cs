using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamBert.Tests.Cli.Commands.Administration;

/// <summary>Checks how <c>verify</c> handles responses: only a response with a report proves anything.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class VerifyCommandTests
{
    private const string Progress = """{"progress":{"topic":"predictions","read":50000,"total":60000}}""";
    private const string Finding = """{"finding":{"kind":"missing","detail":"No outcome."}}""";

    [Fact]
    public async Task The_report_determines_the_exit_code()
    {
        var sound = await VerifyAsync([Progress, Report(missing: 0)]);
        var unsound = await VerifyAsync([Progress, Finding, Report(missing: 1)]);

        Assert.Equal((0, true), (sound.ExitCode, sound.Out.StartsWith("PASSED. ", StringComparison.Ordinal)));
        Assert.Equal((1, true), (unsound.ExitCode, unsound.Out.Contains("FAILED. ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "the response contains no report")]
    [InlineData("""{"failure":{"title":"Gone","detail":"The event log is not available."}}""" + "\n", "The event log is not available")]
    [InlineData("""{"finding":{"kind":"mis""", "which is not a valid line")]
    public async Task A_response_without_a_report_is_incomplete_and_neither_passed_nor_failed(string ending, string told)
    {
        var run = await VerifyAsync([Progress, Finding], ending);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("INCOMPLETE.", run.Error, StringComparison.Ordinal);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("PASSED", run.Out, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_connection_that_is_closed_early_is_incomplete_too()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answered = AnswerHalfAsync(listener);

        var run = await CommandRun.RunAsync("verify", "--url", $"http://{listener.LocalEndpoint}");

        await answered;
        Assert.Equal((1, true), (run.ExitCode, run.Error.Contains("INCOMPLETE.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_JSON_the_last_line_reports_the_failure()
    {
        var run = await VerifyAsync([Finding], "", json: true);

        using var last = JsonDocument.Parse(run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.False(last.RootElement.GetProperty("passed").GetBoolean());
        Assert.Contains("INCOMPLETE", last.RootElement.GetProperty("inconclusive").GetString(), StringComparison.Ordinal);
    }

    private static async Task AnswerHalfAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        var asked = new List<byte>();
        while (!asked.ToArray().AsSpan().EndsWith("\r\n\r\n"u8)) asked.Add((byte)stream.ReadByte());
        stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: "
            + $"chunked\r\n\r\n{Progress.Length + 1:X}\r\n{Progress}\n\r\n"));
    }

    private static string Report(int missing) =>
        $$$"""{"report":{"checked":1,"predicted":1,"deadLettered":0,"inFlight":0,"missing":{{{missing}}},"duplicated":0}}""";

    private static async Task<CommandRun> VerifyAsync(string[] lines, string ending = "", bool json = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/v1/verify", async context =>
        {
            context.Response.ContentType = "application/x-ndjson";
            await context.Response.Body
                .WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => $"{line}\n")) + ending));
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return await CommandRun.RunAsync(["verify", "--url", app.Urls.Single(), .. json ? ["--json"] : Array.Empty<string>()]);
    }
}
