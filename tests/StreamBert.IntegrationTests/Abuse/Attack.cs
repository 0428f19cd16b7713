using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>Sends hostile requests and keeps what was answered: statuses by area, and whatever is a fault of the server.</summary>
internal sealed partial class Attack(Uri address, bool http2)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>An answer that has no end (an event stream, a circuit) is left after this time without a byte.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    /// <summary>Bytes that are not a request need no response; the attack waits this long for one.</summary>
    private static readonly TimeSpan SilenceAtFirst = TimeSpan.FromSeconds(2);
    private const int EnoughOfAnAnswer = 4 << 20;
    private readonly ConcurrentDictionary<(string Area, int Status), int> _counts = [];
    private readonly ConcurrentDictionary<string, int> _sent = [];

    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>
    /// Area → how many requests there were, and how many of each status came. Connections that the server ended without an answer count as
    /// 0.
    /// </summary>
    public IEnumerable<(string Area, int Requests, string Statuses)> Counts => _counts.GroupBy(static count => count.Key.Area)
        .OrderBy(static area => area.Key, StringComparer.Ordinal)
        .Select(area =>
            (area.Key, _sent[area.Key], string.Join(
            ", ",
            area.OrderBy(static count => count.Key.Status).Select(static count => $"{count.Key.Status}: {count.Value}"))));

    public async Task SendAsync(HostileRequest request, CancellationToken cancellation)
    {
        _sent.AddOrUpdate(request.Area, 1, static (_, sent) => sent + 1);
        var bytes = !http2
            ? request.OnHttp1(address.Authority)
            : request.Raw ?? [.. Http2Frames.Preface, .. request.OnHttp2(address.Authority)];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Timeout);
        try
        {
            var answer = await ExchangeAsync(bytes, request.Raw is not null, patience.Token);
            var statuses = http2 ? OfFrames(answer) : OfLines(answer);
            foreach (var (status, retries) in statuses.DefaultIfEmpty((0, false)))
            {
                _counts.AddOrUpdate((request.Area, status), 1, static (_, count) => count + 1);
                if (status >= 500 && status != 505 && !(status == 503 && retries))
                {
                    Faults.Enqueue(
                    $"{status} to {request}\n{Encoding.Latin1.GetString(answer[..Math.Min(answer.Length, 1_500)])}");
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Faults.Enqueue($"no end of the answer within {Timeout.TotalSeconds} s to {request}");
        }
    }

    private async Task<byte[]> ExchangeAsync(byte[] bytes, bool isRaw, CancellationToken cancellation)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port, cancellation);
        using var answer = new MemoryStream();
        try
        {
            await using var stream = await OpenAsync(client, cancellation);
            var sending = stream.WriteAsync(bytes, cancellation).AsTask();
            await ReadAsync(stream, answer, isRaw, cancellation);
            await sending;
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The server has closed the connection, as it may.
        }
        return answer.ToArray();
    }

    private async Task<Stream> OpenAsync(TcpClient client, CancellationToken cancellation)
    {
        if (address.Scheme == "http") return client.GetStream();
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = address.Host,
                ApplicationProtocols = [http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = static (_, given, _, _) => given is not null,
            }, cancellation);
        return tls;
    }

    /// <summary>Reads until the server closes, has sent enough, or has been silent after something came.</summary>
    private async Task ReadAsync(Stream stream, MemoryStream answer, bool isRaw, CancellationToken cancellation)
    {
        var buffer = new byte[65_536];
        while (answer.Length < EnoughOfAnAnswer)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (isRaw || IsAnswered(answer)) silence.CancelAfter(IsAnswered(answer) ? Silence : SilenceAtFirst);
            try
            {
                var read = await stream.ReadAsync(buffer, silence.Token);
                if (read == 0) return;
                answer.Write(buffer, 0, read);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private bool IsAnswered(MemoryStream answer) => http2 ? IsEnded(answer.ToArray()) : answer.Length > 0;

    /// <summary>Whether a stream has been answered or ended.</summary>
    private static bool IsEnded(byte[] answer)
    {
        for (var at = 0; at + 9 <= answer.Length; at += 9 + ((answer[at] << 16) | (answer[at + 1] << 8) | answer[at + 2]))
            if (answer[at + 3] is Http2Frames.HeaderBlock or Http2Frames.Reset or Http2Frames.GoAway) return true;
        return false;
    }

    private static IEnumerable<(int Status, bool Retries)> OfLines(byte[] answer) =>
        StatusLine().Matches(Encoding.Latin1.GetString(answer)).Select(static head => (int.Parse(
            head.Groups[1].ValueSpan,
            System.Globalization.CultureInfo.InvariantCulture),
                head.Value.Contains("\r\nRetry-After: ", StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<(int Status, bool Retries)> OfFrames(byte[] answer)
    {
        for (var at = 0; at + 9 <= answer.Length;)
        {
            var length = (answer[at] << 16) | (answer[at + 1] << 8) | answer[at + 2];
            if (answer[at + 3] == Http2Frames.HeaderBlock && at + 9 + length <= answer.Length
                && Http2Frames.StatusOf(answer.AsSpan(at + 9, length)) is > 0 and var status)
            {
                yield return (status, Http2Frames.HasRetryAfter(answer.AsSpan(at + 9, length)));
            }

            at += 9 + length;
        }
    }

    [GeneratedRegex("(?<=^|[\n}>])HTTP/1\\.[01] (\\d{3}) .*?\r\n\r\n", RegexOptions.Singleline)]
    private static partial Regex StatusLine();
}
