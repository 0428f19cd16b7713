using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamBert.Tests.Alerting.Delivery;

/// <summary>An HTTP server on this machine that answers each request as a test wants: with a status, or not at all.</summary>
internal sealed class ReceivingServer : IAsyncDisposable
{
    /// <summary>Stands for a request that is never answered.</summary>
    public const int Hang = 0;

    private readonly WebApplication _application;
    private readonly Channel<(string Id, string Type)> _received = Channel.CreateUnbounded<(string, string)>();
    private readonly Queue<int> _answers;

    private ReceivingServer(IEnumerable<int> answers)
    {
        _answers = new(answers);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public Uri Url => new(_application.Urls.Single());

    /// <summary>The header <c>Retry-After</c> of answers that are not 200.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>Whether there is no further message.</summary>
    public bool IsEmpty => !_received.Reader.TryPeek(out _);

    /// <summary>Starts a server.</summary>
    /// <param name="answers">The first answers; after them, each request is answered with 200.</param>
    public static async Task<ReceivingServer> StartAsync(params IEnumerable<int> answers)
    {
        var server = new ReceivingServer(answers);
        await server._application.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Returns the id and the type of the next message.</summary>
    public async Task<(string Id, string Type)> NextAsync() => await _received.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var status = _answers.TryDequeue(out var next) ? next : 200;
        _received.Writer.TryWrite((context.Request.Headers["webhook-id"]!, (string)body!["type"]!));
        if (status == Hang)
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Response.StatusCode = status == Hang ? 200 : status;
        if (status != 200)
            context.Response.Headers.RetryAfter = RetryAfter;
    }
}
