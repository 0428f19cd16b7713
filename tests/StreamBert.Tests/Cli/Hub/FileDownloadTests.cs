using Microsoft.AspNetCore.Http;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Hub;

namespace StreamBert.Tests.Cli.Hub;

/// <summary>Tests transfers that are interrupted or differ from what the hub announced.</summary>
public sealed class FileDownloadTests : IDisposable
{
    private const string Weights = HubDownload.Weights;
    private readonly HubDownload _download = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_interrupted_transfer_is_resumed()
    {
        await using var server = await _download.StartServerAsync();
        var half = server.Files[Weights].Length / 2;
        server.BreakOnce(Weights, _download.Progress.ReachedAsync(Weights, half));

        var directory = await _download.RunAsync(server);

        Assert.Equal(server.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(directory, Weights), Cancellation));
        var resumed = server.Requests.Last(static request => request.Server == "store");
        Assert.Equal(($"bytes={half}-", server.Tag), (resumed.Range, resumed.IfRange));
    }

    [Fact]
    public async Task A_cancelled_download_is_resumed_by_the_next_command()
    {
        await using var server = await _download.StartServerAsync();
        var half = server.Files[Weights].Length / 2;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reached = _download.Progress.ReachedAsync(Weights, half);
        server.BreakOnce(Weights, Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default));
        var first = _download.RunAsync(server, cancellation: stop.Token);
        await reached;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(
            half,
            new FileInfo(Assert.Single(Directory.EnumerateFiles(_download.Root, "*.part", SearchOption.AllDirectories))).Length);

        var directory = await _download.RunAsync(server);

        Assert.Equal($"bytes={half}-", server.Requests.Last(static request => request.Server == "store").Range);
        Assert.Single(server.Asked, "config.json");
        Assert.Equal(server.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(directory, Weights), Cancellation));
        Assert.Empty(Directory.EnumerateFiles(directory, "*.part").Concat(Directory.EnumerateFiles(directory, "*.etag")));
    }

    [Theory]
    [InlineData(false, "\"one\"")]
    [InlineData(true, "\"two\"")]
    public async Task A_file_is_downloaded_again_if_the_server_has_no_ranges_or_a_changed_file(bool ranges, string tag)
    {
        await using var server = await _download.StartServerAsync();
        var reached = _download.Progress.ReachedAsync(Weights, server.Files[Weights].Length / 2);
        server.BreakOnce(Weights, reached.ContinueWith(_ => (server.Ranges, server.Tag) = (ranges, tag), TaskScheduler.Default));

        var directory = await _download.RunAsync(server);

        Assert.Equal(server.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(directory, Weights), Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_differs_from_the_announced_checksum_is_deleted(bool listed)
    {
        await using var server = await _download.StartServerAsync();
        server.ListsChecksums = listed; // otherwise the redirect contains it
        server.Claimed.Add(Weights, [.. server.Files[Weights][..^1], (byte)(server.Files[Weights][^1] ^ 1)]);

        var refusal = await Assert.ThrowsAsync<DamagedDownloadException>(() => _download.RunAsync(server));

        Assert.Contains("its SHA-256 is", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Weights, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_download.Root, "model.safetensors*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task More_bytes_than_announced_are_refused()
    {
        await using var server = await _download.StartServerAsync();
        server.Claimed.Add(Weights, server.Files[Weights][..100]);

        var refusal = await Assert.ThrowsAsync<CliException>(() => _download.RunAsync(server));

        Assert.Contains("larger than the 100 bytes announced", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_bytes_than_announced_are_reported_after_several_attempts()
    {
        await using var server = await _download.StartServerAsync();
        server.Claimed.Add(Weights, [.. server.Files[Weights], 0]);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => _download.RunAsync(server));

        Assert.Contains($"The download of {Weights} of acme/tiny is incomplete", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_to_a_failing_storage_is_retried()
    {
        await using var server = await _download.StartServerAsync();
        var failures = 0;
        server.Instead = context => context.Request.Path.StartsWithSegments("/store") && failures++ < 2
            ? Task.FromResult(context.Response.StatusCode = 503)
            : null;

        var directory = await _download.RunAsync(server);

        Assert.True(File.Exists(Path.Combine(directory, Weights)));
    }

    public void Dispose() => _download.Dispose();
}
