using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace StreamBert.Cli.CommandLine;

/// <summary>The API of a running StreamBert.</summary>
internal sealed class GatewayClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;

    /// <summary>
    /// For acts: a replay of all letters or the proof of an erasure takes as long as the log is, and to hang up would break it off.
    /// </summary>
    private readonly HttpClient _acts;

    /// <param name="key">The API key; null: none is sent.</param>
    /// <exception cref="CliException">It is no address.</exception>
    public GatewayClient(string url, string? key)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException($"'{url}' (--url) is no address; give one such as http://127.0.0.1:8080.");
        _http = new() { BaseAddress = address, Timeout = Timeout };
        _acts = new() { BaseAddress = address, Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        if (key is null) return;
        _http.DefaultRequestHeaders.Authorization = _acts.DefaultRequestHeaders.Authorization = new("Bearer", key);
        if (address is { Scheme: "http", IsLoopback: false })
            Terminal.Error.WriteLine($"streambert: warning: the API key goes to {address} unencrypted; use https.");
    }

    public Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        SendAsync<T>(() => _http.GetAsync(path, cancellation), cancellation);

    /// <summary>The API's lists stand in an object, under their name.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string path, string name, CancellationToken cancellation) =>
        (await GetAsync<Dictionary<string, IReadOnlyList<T>?>>(path, cancellation)).GetValueOrDefault(name)
            ?? throw new HttpRequestException($"What answers at {_http.BaseAddress} is not StreamBert's API: it lists no {name}.");

    /// <summary>The answer's JSON as it came.</summary>
    public Task<string> GetJsonAsync(string path, CancellationToken cancellation) =>
        SendAsync(
            () => _http.GetAsync(path, cancellation),
            static (content, cancellation) => content.ReadAsStringAsync(cancellation),
            cancellation);

    /// <summary>An answer of one JSON object a line, as the lines come, however long that takes.</summary>
    public async IAsyncEnumerable<T> LinesAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lines = await SendAsync(
            () => _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation),
            static async (content, cancellation) => new StreamReader(
                await content.ReadAsStreamAsync(cancellation)), cancellation, keep: true);
        using (lines)
        {
            while (await LineAsync(lines, cancellation) is { } line)
                yield return Parse<T>(line);
        }
    }

    /// <exception cref="IncompleteAnswerException">The answer was cut off.</exception>
    private static async Task<string?> LineAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new IncompleteAnswerException($"the connection broke ({e.Message})", e);
        }
    }

    /// <exception cref="IncompleteAnswerException">The line says that the rest is missing, or is itself cut off.</exception>
    private static T Parse<T>(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("failure", out var failure)
                ? throw new IncompleteAnswerException(
                    failure.TryGetProperty("detail", out var detail) ? $"{detail}" : "no reason was given")
                : json.Deserialize<T>(JsonSerializerOptions.Web)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new IncompleteAnswerException($"it ends in '{(line.Length > 40 ? $"{line[..40]}…" : line)}', which is no line of it", e);
        }
    }

    public Task<T> PostAsync<T>(string path, object body, CancellationToken cancellation) =>
        SendAsync<T>(() => _acts.PostAsJsonAsync(path, body, cancellation), cancellation);

    public void Dispose()
    {
        _http.Dispose();
        _acts.Dispose();
    }

    private Task<T> SendAsync<T>(Func<Task<HttpResponseMessage>> send, CancellationToken cancellation) => SendAsync(
        send,
        static async (content, cancellation) => await content.ReadFromJsonAsync<T>(cancellation)
            ?? throw new HttpRequestException("The answer was empty."),
        cancellation);

    private async Task<T> SendAsync<T>(
        Func<Task<HttpResponseMessage>> send, Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken cancellation, bool keep = false)
    {
        try
        {
            var response = await send();
            using var done = keep && response.IsSuccessStatusCode ? null : response;
            if (!response.IsSuccessStatusCode)
            {
                throw new HttpRequestException(
                    $"{_http.BaseAddress} answered {(int)response.StatusCode}: {await DetailAsync(response.Content, cancellation)}{Advice(response.StatusCode)}");
            }

            return await read(response.Content, cancellation);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new HttpRequestException(
                $"Nothing answers at {_http.BaseAddress} ({e.Message}). Start 'streambert up', give --url, "
                + "or read the log directly with --data DIR or --kafka SERVERS.", e);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{_http.BaseAddress} did not answer within {Timeout.TotalSeconds:N0} s.", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: a character set that nobody knows
        {
            throw new HttpRequestException($"What answers at {_http.BaseAddress} is not StreamBert's API: {e.Message}", e);
        }
    }

    private static string Advice(HttpStatusCode status) => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        ? $" Here: set {ApiKeyInput.Variable} to a key that has it, or give {ApiKeyInput.File.Name} FILE."
        : "";

    /// <summary>The sentence of a problem document, else the body.</summary>
    private static async Task<string> DetailAsync(HttpContent content, CancellationToken cancellation)
    {
        var body = await content.ReadAsStringAsync(cancellation);
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.GetProperty("detail").GetString() ?? body;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body.Length > 0 ? body : "no reason was given";
        }
    }
}
