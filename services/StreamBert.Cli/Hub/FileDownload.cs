using System.Net;
using System.Security.Cryptography;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;

namespace StreamBert.Cli.Hub;

/// <summary>
/// Downloads one file into a directory, with retries. The file has its name only when its size and checksum are verified.
/// </summary>
/// <param name="maxBytes">The largest accepted size, in bytes.</param>
internal sealed class FileDownload(
    HubClient hub,
    HubModel model,
    string commit,
    HubFile file,
    string directory,
    long maxBytes,
    TimeSpan retryDelay,
    TimeProvider time,
    IProgress<DownloadProgress> progress)
{
    private const int MaxAttempts = 5, BufferBytes = 1 << 17, MinBytesPerSecond = 1024;
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);
    private readonly string _target = Path.Combine(directory, file.Name);
    private readonly PartialDownload _part = new(Path.Combine(directory, file.Name));
    private string? _sha256 = file.Sha256;

    /// <returns>The size of the file, in bytes.</returns>
    /// <exception cref="CliException">The hub refuses the request, or the file is larger than allowed.</exception>
    /// <exception cref="HttpRequestException">The transfer failed repeatedly, or the file differs from what the hub announced.</exception>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        if (IsComplete())
            return new FileInfo(_target).Length;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ResumeAsync(cancellation);
                break;
            }
            catch (Exception e) when (IsTransient(e))
            {
                if (attempt == MaxAttempts)
                {
                    throw new HttpRequestException(
                        $"The download of {file.Name} of {model} is incomplete: {e.Message} Run the same command again to resume it.", e);
                }
                await Task.Delay(retryDelay * attempt, time, cancellation);
            }
        }
        await VerifyAsync(cancellation);
        _part.Complete();
        return new FileInfo(_target).Length;
    }

    /// <summary>Returns whether an earlier download completed the file; it was verified then.</summary>
    private bool IsComplete() => File.Exists(_target) && (file.Size is null || new FileInfo(_target).Length == file.Size);

    private static bool IsTransient(Exception e) => e is IOException
        or HttpRequestException { StatusCode: null or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError };

    private async Task ResumeAsync(CancellationToken cancellation)
    {
        var (received, tag) = _part.Find(file.Size);
        if (received > 0 && received == file.Size)
            return;
        using var response = await hub.OpenAsync(model, commit, file.Name, received, tag, cancellation);
        _sha256 ??= response.Sha256;
        if (response.Message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            _part.Discard();
            throw new IOException("the file on the server is shorter than the part already received.");
        }
        var from = response.Message.StatusCode == HttpStatusCode.PartialContent ? received : 0;
        if (from > 0 && response.Message.Content.Headers.ContentRange?.From != from)
            throw new IOException("the server sent another part than requested.");
        await SaveAsync(response.Message, from, cancellation);
    }

    private async Task SaveAsync(HttpResponseMessage response, long from, CancellationToken cancellation)
    {
        var total = file.Size ?? from + response.Content.Headers.ContentLength;
        if (total > maxBytes)
            throw TooLarge();
        if (from == 0)
            _part.KeepTag(response.Headers.ETag);
        await using var content = await response.Content.ReadAsStreamAsync(cancellation);
        await using var part = new FileStream(_part.Path, from == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.None);
        var (buffer, done, started) = (new byte[BufferBytes], from, time.GetTimestamp());
        while (await ReadAsync(content, buffer, cancellation) is var read and > 0)
        {
            done += read;
            RequireProgress(done - from, time.GetElapsedTime(started));
            if (done > Math.Min(maxBytes, file.Size ?? maxBytes))
                throw TooLarge();
            await part.WriteAsync(buffer.AsMemory(0, read), cancellation);
            progress.Report(new(file.Name, done, total));
        }
        part.Flush(flushToDisk: true);
        if (done < total)
            throw new IOException($"the transfer ended after {done:N0} of {total:N0} bytes.");
    }

    private static void RequireProgress(long received, TimeSpan elapsed)
    {
        if (elapsed > StallTimeout && received / elapsed.TotalSeconds < MinBytesPerSecond)
            throw new IOException($"the transfer was slower than {MinBytesPerSecond:N0} bytes per second.");
    }

    private static async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(StallTimeout);
        try
        {
            return await content.ReadAsync(buffer, timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"no data was received for {StallTimeout.TotalSeconds:N0} s.", e);
        }
    }

    private async Task VerifyAsync(CancellationToken cancellation)
    {
        var length = _part.Length;
        if (file.Size is { } size && length != size)
            throw Damaged($"it has {length:N0} bytes, not {size:N0}");
        if (_sha256 is null)
            return;
        string actual;
        await using (var part = RegularFile.Open(_part.Path))
            actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(part, cancellation));
        if (actual != _sha256)
            throw Damaged($"its SHA-256 is {actual}, not {_sha256}");
    }

    private DamagedDownloadException Damaged(string reason)
    {
        _part.Discard();
        return new(
            $"{file.Name} of {model} differs from what {hub.Host} announced: {reason}. It was deleted; try again, and do not trust this "
                + "source if it happens again.");
    }

    private CliException TooLarge()
    {
        _part.Discard();
        var limit = file.Size is { } size && size <= maxBytes ? $"the {size:N0} bytes announced" : $"the {maxBytes:N0} bytes allowed "
            + "(--max-size)";
        return new($"{file.Name} of {model} is larger than {limit}.");
    }
}
