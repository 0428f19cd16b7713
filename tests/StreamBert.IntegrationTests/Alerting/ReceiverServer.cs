using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace StreamBert.IntegrationTests.Alerting;

/// <summary>A request that a receiver got.</summary>
/// <param name="Id">The header <c>webhook-id</c>; null without it.</param>
/// <param name="TraceParent">The header <c>traceparent</c>; null without it.</param>
/// <param name="Body">The body.</param>
/// <param name="IsAccepted">Whether it was answered with 200.</param>
internal sealed record ReceivedRequest(string? Id, string? TraceParent, string Body, bool IsAccepted);

/// <summary>
/// Receives messages, each receiver at a path of its own: it answers the first request with 500 and none after that, until it has
/// recovered.
/// </summary>
internal sealed class ReceiverServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ReceivedRequest>> _requests = [];
    private readonly ConcurrentBag<HttpListenerContext> _hanging = [];
    private readonly Task _serving;
    private volatile bool _isRecovered;

    public ReceiverServer()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        probe.Stop();
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public int Count(string receiver) => All(receiver).Count;

    public IReadOnlyList<ReceivedRequest> All(string receiver) => [.. _requests.GetValueOrDefault(receiver) ?? []];

    public IReadOnlyList<ReceivedRequest> Accepted(string receiver) => [.. All(receiver).Where(static request => request.IsAccepted)];

    /// <summary>Accepts every request from now on.</summary>
    public void Recover() => _isRecovered = true;

    public async ValueTask DisposeAsync()
    {
        _listener.Abort();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The server was disposed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync();
        var requests = _requests.GetOrAdd(context.Request.Url!.AbsolutePath.Split('/')[1], static _ => []);
        requests.Enqueue(new(context.Request.Headers["webhook-id"], context.Request.Headers["traceparent"], body, _isRecovered));
        if (!_isRecovered && requests.Count > 1)
        {
            _hanging.Add(context); // no response
            return;
        }
        context.Response.StatusCode = _isRecovered ? 200 : 500;
        context.Response.Close();
    }
}
