using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;

namespace StreamBert.Cli.Hub;

/// <summary>Bytes of a file that have come, and of how many.</summary>
internal sealed record DownloadProgress(string File, long Done, long? Total);

/// <summary>What came is not what was announced.</summary>
internal sealed class DamagedDownloadException(string message) : HttpRequestException(message);

/// <summary>
/// One file into a directory. It has its name only when it is whole and has the announced size and checksum; until then it is
/// <c>NAME.part</c>, which
/// the next attempt goes on with if the server says that the file is still the same (its entity tag, kept beside it).
/// </summary>
internal sealed class FileDownload(
    HubClient hub, HubModel model, string commit, HubFile file, string directory, long limit, TimeSpan retryPause, TimeProvider time, IProgress<DownloadProgress> progress)
{
    private const int Attempts = 5, BufferBytes = 1 << 17, LeastBytesPerSecond = 1024, MaxTagBytes = 4096;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);
    private readonly string _target = Path.Combine(directory, file.Name), _part = Path.Combine(directory, file.Name + ".part"), _tag = Path
        .Combine(directory, file.Name + ".etag");
    private string? _sha256 = file.Sha256;

    /// <returns>How many bytes the file has.</returns>
    /// <exception cref="CliException">The hub refuses, or the file is larger than allowed.</exception>
    /// <exception cref="HttpRequestException">The transfer failed again and again, or what came is not what was announced.</exception>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        if (IsThere())
            return new FileInfo(_target).Length;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ContinueAsync(cancellation);
                break;
            }
            catch (Exception e) when (IsPassing(e))
            {
                if (attempt == Attempts)
                {
                    throw new HttpRequestException(
                        $"{file.Name} of {model} did not come whole: {e.Message} What came is kept: the same command goes on from there.",
                        e);
                }

                await Task.Delay(retryPause * attempt, time, cancellation);
            }
        }
        await VerifyAsync(cancellation);
        File.Move(_part, _target, overwrite: true);
        File.Delete(_tag);
        return new FileInfo(_target).Length;
    }

    /// <summary>Whether an earlier download completed the file; it was verified then.</summary>
    private bool IsThere() => File.Exists(_target) && (file.Size is null || new FileInfo(_target).Length == file.Size);

    private static bool IsPassing(Exception e) =>
        e is IOException or HttpRequestException { StatusCode: null or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError };

    private async Task ContinueAsync(CancellationToken cancellation)
    {
        var (have, tag) = Kept();
        if (have > 0 && have == file.Size)
            return;
        using var answer = await hub.OpenAsync(model, commit, file.Name, have, tag, cancellation);
        _sha256 ??= answer.Sha256;
        if (answer.Response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Discard();
            throw new IOException("the server has less of it than had come.");
        }
        var from = answer.Response.StatusCode == HttpStatusCode.PartialContent ? have : 0;
        if (from > 0 && answer.Response.Content.Headers.ContentRange?.From != from)
            throw new IOException("the server sent another part than was asked for.");
        await SaveAsync(answer.Response, from, cancellation);
    }

    /// <summary>What an earlier attempt left that can be gone on with.</summary>
    private (long Bytes, EntityTagHeaderValue? Tag) Kept()
    {
        var bytes = File.Exists(_part) ? new FileInfo(_part).Length : 0;
        return bytes > 0 && bytes <= (file.Size ?? long.MaxValue) && File.Exists(_tag)
            && EntityTagHeaderValue.TryParse(RegularFile.Text(_tag, MaxTagBytes), out var tag)
            ? (bytes, tag)
            : (0, null);
    }

    private async Task SaveAsync(HttpResponseMessage response, long from, CancellationToken cancellation)
    {
        var total = file.Size ?? from + response.Content.Headers.ContentLength;
        if (total > limit)
            throw TooLarge();
        if (from == 0)
            KeepTag(response.Headers.ETag);
        await using var content = await response.Content.ReadAsStreamAsync(cancellation);
        await using var part = new FileStream(_part, from == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.None);
        var (buffer, done, began) = (new byte[BufferBytes], from, time.GetTimestamp());
        while (await ReadAsync(content, buffer, cancellation) is var read and > 0)
        {
            if (time.GetElapsedTime(began) is var elapsed && elapsed > Stall
                && (done + read - from) / elapsed.TotalSeconds < LeastBytesPerSecond)
            {
                throw new IOException($"it came with less than {LeastBytesPerSecond:N0} bytes a second.");
            }

            if ((done += read) > Math.Min(limit, file.Size ?? limit))
                throw TooLarge();
            await part.WriteAsync(buffer.AsMemory(0, read), cancellation);
            progress.Report(new(file.Name, done, total));
        }
        part.Flush(flushToDisk: true);
        if (done < total)
            throw new IOException($"it ended after {done:N0} of {total:N0} bytes.");
    }

    /// <summary>A weak tag does not promise the same bytes, so nothing is resumed by it.</summary>
    private void KeepTag(EntityTagHeaderValue? tag)
    {
        if (tag is { IsWeak: false })
            File.WriteAllText(_tag, tag.ToString());
        else
            File.Delete(_tag);
    }

    private static async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Stall);
        try
        {
            return await content.ReadAsync(buffer, patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {Stall.TotalSeconds:N0} s.", e);
        }
    }

    private async Task VerifyAsync(CancellationToken cancellation)
    {
        var length = new FileInfo(_part).Length;
        if (file.Size is { } size && length != size)
            throw Damaged($"it has {length:N0} bytes, not {size:N0}");
        if (_sha256 is null)
            return;
        string actual;
        await using (var part = RegularFile.Open(_part))
            actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(part, cancellation));
        if (actual != _sha256)
            throw Damaged($"its SHA-256 is {actual}, not {_sha256}");
    }

    private DamagedDownloadException Damaged(string how)
    {
        Discard();
        return new($"{file.Name} of {model} is not what {hub.Host} announces: {how}. It was deleted; try again, and if it stays so, do not trust that source.");
    }

    private void Discard()
    {
        File.Delete(_part);
        File.Delete(_tag);
    }

    private CliException TooLarge()
    {
        Discard();
        return new($"{file.Name} of {model} is larger than {(file.Size is { } size && size <= limit ? $"the {size:N0} bytes announced" : $"the {limit:N0} bytes allowed (--max-size)")}.");
    }
}
