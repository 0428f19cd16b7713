using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Access;

/// <summary>Calls the HTTP API of a running Gateway.</summary>
internal sealed class GatewayClient : IDisposable
{
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(60);
    private readonly HttpClient _queries;

    /// <summary>
    /// Has no timeout: replaying all dead letters or proving an erasure takes time in proportion to the log, and closing the connection
    /// would cancel it.
    /// </summary>
    private readonly HttpClient _operations;

    /// <param name="key">The API key, or null to send none.</param>
    /// <exception cref="CliException">The URL is invalid.</exception>
    public GatewayClient(string url, string? key)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException($"'{url}' (--url) is not a valid address; give one such as http://127.0.0.1:8080.");
        _queries = new() { BaseAddress = address, Timeout = QueryTimeout };
        _operations = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (key is null)
            return;
        _queries.DefaultRequestHeaders.Authorization = _operations.DefaultRequestHeaders.Authorization = new("Bearer", key);
        if (address is { Scheme: "http", IsLoopback: false })
            Terminal.Error.WriteLine($"streambert: warning: the API key is sent unencrypted to {address}; use https.");
    }

    public Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        SendAsync<T>(() => _queries.GetAsync(path, cancellation), cancellation);

    /// <summary>Gets a list, which the API returns as a property of an object.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string path, string property, CancellationToken cancellation) =>
        (await GetAsync<Dictionary<string, IReadOnlyList<T>?>>(path, cancellation)).GetValueOrDefault(property)
            ?? throw NotStreamBert($"its response has no '{property}'");

    /// <summary>Gets the JSON of a response without parsing it.</summary>
    public Task<string> GetJsonAsync(string path, CancellationToken cancellation) => SendAsync(
        () => _queries.GetAsync(path, cancellation),
        static (content, cancellation) => content.ReadAsStringAsync(cancellation),
        cancellation);

    /// <summary>Streams a response of one JSON object per line, without a timeout after the headers.</summary>
    public async IAsyncEnumerable<T> StreamLinesAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var lines = await SendAsync(
            () => _queries.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation),
            static async (content, cancellation) => new StreamReader(await content.ReadAsStreamAsync(cancellation)),
            cancellation,
            keepOpen: true);
        while (await JsonLines.ReadLineAsync(lines, cancellation) is { } line)
            yield return JsonLines.Parse<T>(line);
    }

    /// <summary>Streams the server-sent events of a response, without a timeout after the headers.</summary>
    /// <exception cref="IncompleteResponseException">The connection was closed, or the Gateway reports a failure.</exception>
    public async IAsyncEnumerable<SseItem<string>> StreamEventsAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var content = await SendAsync(
            () => _queries.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation),
            static (content, cancellation) => content.ReadAsStreamAsync(cancellation),
            cancellation,
            keepOpen: true);
        await using var events = SseParser.Create(content).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
        while (await LiveEventReader.ReadAsync(events))
            yield return events.Current;
    }

    public Task<T> PostAsync<T>(string path, object body, CancellationToken cancellation) =>
        SendAsync<T>(() => _operations.PostAsJsonAsync(path, body, cancellation), cancellation);

    public Task<T> PutAsync<T>(string path, object body, CancellationToken cancellation) =>
        SendAsync<T>(() => _operations.PutAsJsonAsync(path, body, cancellation), cancellation);

    public Task<T> DeleteAsync<T>(string path, CancellationToken cancellation) =>
        SendAsync<T>(() => _operations.DeleteAsync(path, cancellation), cancellation);

    public void Dispose()
    {
        _queries.Dispose();
        _operations.Dispose();
    }

    private Task<T> SendAsync<T>(Func<Task<HttpResponseMessage>> send, CancellationToken cancellation) => SendAsync(
        send,
        static async (content, cancellation) =>
            await content.ReadFromJsonAsync<T>(cancellation) ?? throw new HttpRequestException("The response is empty."),
        cancellation);

    private async Task<T> SendAsync<T>(
        Func<Task<HttpResponseMessage>> send,
        Func<HttpContent, CancellationToken, Task<T>> read,
        CancellationToken cancellation,
        bool keepOpen = false)
    {
        try
        {
            var response = await send();
            using var disposable = keepOpen && response.IsSuccessStatusCode ? null : response;
            if (!response.IsSuccessStatusCode)
                throw await RefusalAsync(response, cancellation);
            return await read(response.Content, cancellation);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new HttpRequestException(
                $"Cannot connect to {_queries.BaseAddress} ({e.Message}). Start 'streambert up', give --url, "
                + "or read the log directly with --data DIR or --kafka SERVERS.",
                e);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{_queries.BaseAddress} did not respond within {QueryTimeout.TotalSeconds:N0} s.", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // InvalidOperationException: an unknown character set
        {
            throw NotStreamBert(e.Message, e);
        }
    }

    private HttpRequestException NotStreamBert(string reason, Exception? inner = null) =>
        new($"{_queries.BaseAddress} does not serve the StreamBert API: {reason}", inner);

    private async Task<GatewayRefusalException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var problem = GatewayProblem.Parse(await response.Content.ReadAsStringAsync(cancellation));
        return new(
            $"{_queries.BaseAddress} responded with {(int)response.StatusCode}: {problem.Describe()}"
                + AuthenticationHint(response.StatusCode),
            response.StatusCode, problem.Detail, problem.Errors);
    }

    private static string AuthenticationHint(HttpStatusCode status) => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        ? $" For this command, set {ApiKeyOption.Variable} to a key with that role, or give {ApiKeyOption.File.Name} FILE."
        : "";
}
