using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StreamBert.Tests.Cli.CommandLine;

namespace StreamBert.Tests.Cli.Commands;

/// <summary>What <c>verify</c> makes of an answer: only one with a report proves anything.</summary>
[Collection(nameof(ArgumentTests))]
public sealed class VerifyCommandTests
{
    private const string Progress = """{"progress":{"topic":"predictions","read":50000,"total":60000}}""";
    private const string Finding = """{"finding":{"kind":"missing","detail":"No outcome."}}""";

    [Fact]
    public async Task A_report_decides()
    {
        var sound = await VerifyAsync([Progress, Report(missing: 0)]);
        var unsound = await VerifyAsync([Progress, Finding, Report(missing: 1)]);

        Assert.Equal((0, true), (sound.Code, sound.Out.StartsWith("Sound. ", StringComparison.Ordinal)));
        Assert.Equal((1, true), (unsound.Code, unsound.Out.Contains("NOT SOUND. ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "the answer ended without it")]
    [InlineData("""{"failure":{"title":"Gone","detail":"The event log is not available."}}""" + "\n", "The event log is not available")]
    [InlineData("""{"finding":{"kind":"mis""", "which is no line of it")]
    public async Task An_answer_without_a_report_is_incomplete_and_neither_sound_nor_unsound(string ending, string told)
    {
        var run = await VerifyAsync([Progress, Finding], ending);

        Assert.Equal(1, run.Code);
        Assert.Contains("INCOMPLETE.", run.Error, StringComparison.Ordinal);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SOUND", run.Out, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_incomplete_too()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answered = AnswerHalfAsync(listener);

        var run = await RanCommand.OfAsync("verify", "--url", $"http://{listener.LocalEndpoint}");

        await answered;
        Assert.Equal((1, true), (run.Code, run.Error.Contains("INCOMPLETE.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_JSON_the_last_line_says_that_nothing_is_proved()
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
        stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n{Progress.Length + 1:X}\r\n{Progress}\n\r\n"));
    }

    private static string Report(int missing) =>
        $$$"""{"report":{"checked":1,"predicted":1,"deadLettered":0,"inFlight":0,"missing":{{{missing}}},"duplicated":0,"unverifiable":0}}""";

    private static async Task<RanCommand> VerifyAsync(string[] lines, string ending = "", bool json = false)
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
        return await RanCommand.OfAsync(["verify", "--url", app.Urls.Single(), .. json ? ["--json"] : Array.Empty<string>()]);
    }
}
