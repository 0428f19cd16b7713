using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Hub;

/// <summary>An answer with a file's content, and what the hub said of the file before it passed the request on to its store.</summary>
internal sealed record HubAnswer(HttpResponseMessage Response, string? Sha256) : IDisposable
{
    public void Dispose() => Response.Dispose();
}

/// <summary>
/// The HTTP interface of the Hugging Face hub, or of a server like it. Redirects are followed here rather than by the HTTP stack: the token
/// goes
/// only to the hub itself, never on to a store, and no redirect leads from https to http.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MaxRedirects = 10, MaxListingBytes = 16 * 1024 * 1024, Sha256Digits = 64;
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(30) })
    {
        Timeout = TimeSpan.FromSeconds(60), // until the headers have come; the content has its own
    };

    private readonly Uri _address;
    private readonly string? _token;

    /// <exception cref="CliException">It is no address, or the token would travel in the clear.</exception>
    public HubClient(string address, string? token)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
        {
            throw new CliException(
                "The hub's address (--hub-url or HF_ENDPOINT) must be one such as https://huggingface.co, without a user name or password.");
        }

        if (!string.IsNullOrEmpty(token) && uri.Scheme == "http" && !uri.IsLoopback)
            throw new CliException($"The token in HF_TOKEN would travel unencrypted to {uri.Host}; use https, or unset HF_TOKEN.");
        if (token?.All(static c => c is > ' ' and < '\x7f') == false)
            throw new CliException("HF_TOKEN holds characters that no token has; set it anew.");
        (_address, _token) = (new(uri.AbsoluteUri.TrimEnd('/') + "/"), string.IsNullOrEmpty(token) ? null : token);
        _http.DefaultRequestHeaders.UserAgent.Add(new("streambert", typeof(HubClient).Assembly.GetName().Version?.ToString(3)));
    }

    public string Host => _address.Authority;

    /// <summary>Lists the files of a model at the commit its revision stands for now.</summary>
    /// <exception cref="CliException">There is no such model or revision, or it may not be read.</exception>
    /// <exception cref="HttpRequestException">The hub cannot be reached, or answers nonsense.</exception>
    public async Task<HubListing> ListAsync(HubModel model, CancellationToken cancellation)
    {
        using var answer = await SendAsync(
            model,
            $"api/models/{model}/revision/{Uri.EscapeDataString(model.Revision)}?blobs=true",
            null,
            cancellation);
        try
        {
            await LoadAsync(answer.Response.Content, cancellation);
            var listing = await answer.Response.Content.ReadFromJsonAsync<Listing>(JsonSerializerOptions.Web, cancellation);
            var files = listing?.Siblings?.Where(static file => file?.Rfilename is not null).Select(static file =>
                new HubFile(file!.Rfilename!, file.Lfs?.Size ?? file.Size, Sha256(file.Lfs?.Sha256)));
            if (listing?.Siblings?.FirstOrDefault(static file => file?.Size < 0 || file?.Lfs?.Size < 0) is { } none)
                throw new JsonException($"it says that {none.Rfilename} has less than no bytes");
            return new(IsCommit(listing?.Sha) ? listing!.Sha! : model.Revision, [.. files ?? throw new JsonException("it lists no files")]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: a character set that nobody knows
        {
            throw new HttpRequestException($"What answers at {_address} is no hub: {e.Message}", e);
        }
    }

    /// <summary>The client's own time limit ends with the headers.</summary>
    private async Task LoadAsync(HttpContent content, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_http.Timeout);
        try
        {
            await content.LoadIntoBufferAsync(MaxListingBytes, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{Host} did not send its list of files within {_http.Timeout.TotalSeconds:N0} s.", e);
        }
    }

    /// <summary>Asks for a file, or for what follows <paramref name="from"/> bytes of it if it still has that tag.</summary>
    /// <exception cref="CliException">There is no such file, or it may not be read.</exception>
    /// <exception cref="HttpRequestException">The hub or its store cannot be reached, or fails.</exception>
    public Task<HubAnswer> OpenAsync(
        HubModel model,
        string commit,
        string file,
        long from,
        EntityTagHeaderValue? tag,
        CancellationToken cancellation) =>
        SendAsync(model, $"{model}/resolve/{Uri.EscapeDataString(commit)}/{file}", request =>
        {
            if (from == 0 || tag is null)
                return;
            request.Headers.Range = new(from, null);
            request.Headers.IfRange = new(tag);
        }, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<HubAnswer> SendAsync(
        HubModel model,
        string path,
        Action<HttpRequestMessage>? prepare,
        CancellationToken cancellation)
    {
        var (at, sha256) = (new Uri(_address, path), (string?)null);
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            var response = await SendOneAsync(at, prepare, cancellation);
            sha256 ??= response.Headers.TryGetValues("X-Linked-ETag", out var tags) ? Sha256(tags.First().Trim('"')) : null;
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                return new(response, sha256);
            using (response)
                at = Redirect(response, at) ?? throw Refusal(model, response);
        }
        throw new HttpRequestException($"{_address} redirects more than {MaxRedirects} times for {model}.");
    }

    private async Task<HttpResponseMessage> SendOneAsync(Uri at, Action<HttpRequestMessage>? prepare, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, at);
        if (_token is not null && at.Scheme == _address.Scheme && at.Authority == _address.Authority)
            request.Headers.Authorization = new("Bearer", _token);
        prepare?.Invoke(request);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{at.Authority} did not answer within {_http.Timeout.TotalSeconds:N0} s.", e);
        }
        catch (HttpRequestException e)
        {
            throw new HttpRequestException(e.HttpRequestError, $"{at.Authority} cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Never on to this machine itself from another one, nor to a protocol that is less safe.</summary>
    private static Uri? Redirect(HttpResponseMessage response, Uri from)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            return null;
        var to = new Uri(from, location);
        return (to.Scheme == "https" || to.Scheme == from.Scheme) && (from.IsLoopback || !to.IsLoopback)
            ? to
            : throw new HttpRequestException($"{from.Authority} redirects to {to.Scheme}://{to.Authority}, which is {(to.IsLoopback && !from.IsLoopback ? "this machine" : "less safe")}; it is not followed.");
    }

    private Exception Refusal(HubModel model, HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized when _token is null => new CliException(
            $"{Host} does not show {model} without signing in: it is private, its terms must be accepted, or there is no such model. Check the name; else set HF_TOKEN to an access token."),
        HttpStatusCode.Unauthorized => new CliException(
            $"{Host} does not accept the token in HF_TOKEN for {model}; check the token and the name."),
        HttpStatusCode.Forbidden => new CliException(
            $"{Host} forbids reading {model}; accept its terms on its page with the account of the token in HF_TOKEN."),
        HttpStatusCode.NotFound => new CliException(
            $"{Host} has no model {model} at revision '{model.Revision}', or not all its files; check --hub and --revision."),
        _ => new HttpRequestException($"{Host} answered {(int)response.StatusCode} for {model}.", null, response.StatusCode),
    };

    private static string? Sha256(string? text)
        => text?.Length == Sha256Digits && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    private static bool IsCommit(string? text) => text?.Length is 40 or 64 && text.All(char.IsAsciiHexDigit);

    private sealed record Listing(string? Sha, IReadOnlyList<Sibling?>? Siblings);

    private sealed record Sibling(string? Rfilename, long? Size, Lfs? Lfs);

    private sealed record Lfs(string? Sha256, long? Size);
}
