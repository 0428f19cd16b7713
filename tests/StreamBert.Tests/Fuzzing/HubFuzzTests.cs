using System.Text;
using Microsoft.AspNetCore.Http;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Hub;
using StreamBert.Model;
using StreamBert.Tests.Cli.Hub;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Fuzzing;

/// <summary>
/// Tests responses of a hub over real HTTP: the first line of an input is the content type of the response, the rest its body.
/// </summary>
public sealed class HubFuzzTests
{
    [Fact]
    public async Task Any_listing_of_a_hub_is_downloaded_or_refused()
    {
        using var folder = new TempFolder();
        await using var server = await HubServer.StartAsync();
        var (type, body) = ("", Array.Empty<byte>());
        server.Instead = context =>
        {
            if (!context.Request.Path.StartsWithSegments("/api")) return AnswerAsync(context, "application/octet-stream", "{}"u8.ToArray());
            return AnswerAsync(context, type, body);
        };
        using var hub = new HubClient(server.Hub.ToString(), null);
        var number = 0;
        Fuzzer.Run("hub", input =>
        {
            var end = Array.IndexOf(input, (byte)'\n');
            (type, body) = (Encoding.Latin1.GetString(input, 0, Math.Max(0, end)), input[(end + 1)..]);
            var root = folder[$"{number++ % 2}"];
            if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
            var download = new ModelDownload(hub, TimeSpan.Zero, TimeProvider.System, new Progress<DownloadProgress>());
            download.RunAsync(HubModel.Parse("acme/tiny", "main"), root, 1_000_000, CancellationToken.None).GetAwaiter().GetResult();
        }, [typeof(CliException), typeof(HttpRequestException), typeof(StreamBert.Model.ModelPackageException)], share: 0.05);
    }

    private static async Task AnswerAsync(HttpContext context, string type, byte[] body)
    {
        try
        {
            context.Response.ContentType = type;
        }
        catch (InvalidOperationException)
        {
            context.Response.ContentType = "application/json"; // a server cannot send that type
        }
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }
}
