using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace StreamBert.Tests.Cli.Hub;

/// <summary>
/// A server with the hub's interface at one address and its store of large files at another, as the real one has it, with one model
/// <c>acme/tiny</c>. Tests make it misbehave.
/// </summary>
internal sealed class HubServer : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly WebApplication _app;

    private HubServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Use((context, next) =>
        {
            Requests.Enqueue(new(
                context.Connection.LocalPort == Hub.Port ? "hub" : "store", context.Request.Path + context.Request.QueryString.Value,
                context.Request.Headers.Authorization.ToString(), context.Request.Headers.Range.ToString(), context.Request.Headers.IfRange
                    .ToString()));
            return Instead?.Invoke(context) ?? next(context);
        });
        _app.MapGet(
            "/api/models/acme/tiny/revision/{revision}",
            (string revision) => Uri.UnescapeDataString(revision) is "main" or "refs/pr/1" ? Results.Json(Listing()) : Results.NotFound());
        _app.MapGet("/acme/tiny/resolve/{commit}/{name}", Resolve);
        _app.MapGet("/store/{name}", (string name, HttpContext context) => Instance(context, name));
    }

    /// <summary>The requests of the client, in order.</summary>
    public ConcurrentQueue<Request> Requests { get; } = [];
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The names and contents that are listed but differ from those in the storage.</summary>
    public Dictionary<string, byte[]> Claimed { get; } = [];
    public string Tag { get; set; } = "\"one\"";
    public bool Ranges { get; set; } = true;
    public bool ListsChecksums { get; set; } = true;

    /// <summary>Handles a request, or returns null.</summary>
    public Func<HttpContext, Task?>? Instead { get; set; }
    public Uri Hub { get; private set; } = new("http://unknown");
    public Uri Store { get; private set; } = new("http://unknown");

    public static async Task<HubServer> StartAsync(string? package = null)
    {
        var server = new HubServer();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        (server.Hub, server.Store) = (new(addresses[0]), new(addresses[1]));
        foreach (var file in package is null ? [] : Directory.EnumerateFiles(package))
            server.Files.Add(Path.GetFileName(file), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        return server;
    }

    public List<string> Asked => [.. Requests.Where(static r => r.Path.Contains("/resolve/", StringComparison.Ordinal))
        .Select(static r => r.Path.Split('/')[^1])];

    /// <summary>
    /// Sends the first half of a large file and breaks the connection once <paramref name="received"/> says that it has come.
    /// </summary>
    public void BreakOnce(string name, Task received)
    {
        var broken = false;
        Instead = context =>
        {
            if (broken || context.Request.Path != $"/store/{name}")
                return null;
            broken = true;
            return HalfAsync(context, Files[name], received);
        };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static bool IsLarge(string name)
        => name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal);

    private async Task HalfAsync(HttpContext context, byte[] content, Task received)
    {
        context.Response.ContentLength = content.Length;
        context.Response.Headers.ETag = Tag;
        await context.Response.Body.WriteAsync(content.AsMemory(0, content.Length / 2));
        await context.Response.Body.FlushAsync();
        await received;
        context.Abort();
    }

    private object Listing() => new
    {
        id = "acme/tiny",
        sha = Commit,
        siblings = Files.Concat(Claimed).GroupBy(static file => file.Key).Select(static group => group.Last()).Select(file => new
        {
            rfilename = file.Key,
            size = file.Value.Length,
            lfs = IsLarge(file.Key) && ListsChecksums
                ? new { sha256 = Hash(file.Value), size = file.Value.Length, pointerSize = 134 }
                : null,
        }),
    };

    private IResult Resolve(string commit, string name, HttpContext context)
    {
        if (commit != Commit || !Files.TryGetValue(name, out var content))
            return Results.NotFound();
        if (!IsLarge(name))
            return Results.Bytes(content);
        context.Response.Headers["X-Linked-ETag"] = $"\"{Hash(Claimed.GetValueOrDefault(name, content))}\"";
        return Results.Redirect(new Uri(Store, $"/store/{name}").ToString());
    }

    private IResult Instance(HttpContext context, string name)
    {
        if (!Ranges)
            context.Request.Headers.Remove("Range");
        return Results.Bytes(Files[name], entityTag: EntityTagHeaderValue.Parse(Tag), enableRangeProcessing: Ranges);
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    internal sealed record Request(string Server, string Path, string Authorization, string Range, string IfRange);
}
