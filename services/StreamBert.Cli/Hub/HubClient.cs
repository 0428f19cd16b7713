using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Hub;

/// <summary>
/// Calls the HTTP API of the Hugging Face hub, or of a compatible server. Redirects are followed here and not by the HTTP stack: the token
/// is sent only to the hub itself, never to its storage, and no redirect may lead from https to http.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MaxRedirects = 10, MaxListingBytes = 16 * 1024 * 1024;

    /// <summary>The timeout until the headers of a response; the content has its own.</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = ConnectTimeout })
        {
            Timeout = HeadersTimeout,
        };

    private readonly Uri _address;
    private readonly string? _token;

    /// <exception cref="CliException">The address is invalid, or the token would be sent unencrypted.</exception>
    public HubClient(string address, string? token)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
        {
            throw new CliException(
                "The address of the hub (--hub-url or HF_ENDPOINT) must be a URL such as https://huggingface.co, without a user name or "
                    + "password.");
        }
        if (!string.IsNullOrEmpty(token) && uri.Scheme == "http" && !uri.IsLoopback)
            throw new CliException($"The token in HF_TOKEN would be sent unencrypted to {uri.Host}; use https, or unset HF_TOKEN.");
        if (token?.All(static c => c is > ' ' and < '\x7f') == false)
            throw new CliException("HF_TOKEN contains characters that are invalid in a token; set it again.");
        (_address, _token) = (new(uri.AbsoluteUri.TrimEnd('/') + "/"), string.IsNullOrEmpty(token) ? null : token);
        _http.DefaultRequestHeaders.UserAgent.Add(new("streambert", typeof(HubClient).Assembly.GetName().Version?.ToString(3)));
    }

    public string Host => _address.Authority;

    /// <summary>Lists the files of a model at the commit to which its revision resolves.</summary>
    /// <exception cref="CliException">The model or revision does not exist, or access is denied.</exception>
    /// <exception cref="HttpRequestException">The hub cannot be reached, or its response is invalid.</exception>
    public async Task<HubListing> ListAsync(HubModel model, CancellationToken cancellation)
    {
        var path = $"api/models/{model}/revision/{Uri.EscapeDataString(model.Revision)}?blobs=true";
        using var response = await SendAsync(model, path, null, cancellation);
        try
        {
            await LoadAsync(response.Message.Content, cancellation);
            var listing = await response.Message.Content.ReadFromJsonAsync<HubListingResponse>(JsonSerializerOptions.Web, cancellation);
            return (listing ?? throw new JsonException("it lists no files")).ToListing(model.Revision);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // InvalidOperationException: an unknown character set
        {
            throw new HttpRequestException($"{_address} is not a model hub: {e.Message}", e);
        }
    }

    /// <summary>Requests a file, or the part after <paramref name="from"/> bytes if the file still has the given entity tag.</summary>
    /// <exception cref="CliException">The file does not exist, or access is denied.</exception>
    /// <exception cref="HttpRequestException">The hub or its storage cannot be reached, or fails.</exception>
    public Task<HubResponse> OpenAsync(
        HubModel model, string commit, string file, long from, EntityTagHeaderValue? tag, CancellationToken cancellation)
    {
        return SendAsync(model, $"{model}/resolve/{Uri.EscapeDataString(commit)}/{file}", AddRange, cancellation);

        void AddRange(HttpRequestMessage request)
        {
            if (from == 0 || tag is null)
                return;
            request.Headers.Range = new(from, null);
            request.Headers.IfRange = new(tag);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Reads the content of a listing within a timeout, because the timeout of the client ends with the headers.</summary>
    private async Task LoadAsync(HttpContent content, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(HeadersTimeout);
        try
        {
            await content.LoadIntoBufferAsync(MaxListingBytes, timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{Host} did not send its list of files within {HeadersTimeout.TotalSeconds:N0} s.", e);
        }
    }

    private async Task<HubResponse> SendAsync(
        HubModel model, string path, Action<HttpRequestMessage>? prepare, CancellationToken cancellation)
    {
        var (url, sha256) = (new Uri(_address, path), (string?)null);
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            var response = await SendOnceAsync(url, prepare, cancellation);
            if (response.Headers.TryGetValues("X-Linked-ETag", out var tags))
                sha256 ??= HubListingResponse.ParseSha256(tags.First().Trim('"'));
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                return new(response, sha256);
            using (response)
                url = GetRedirect(response, url) ?? throw CreateRefusal(model, response);
        }
        throw new HttpRequestException($"{_address} redirects more than {MaxRedirects} times for {model}.");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(Uri url, Action<HttpRequestMessage>? prepare, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (_token is not null && url.Scheme == _address.Scheme && url.Authority == _address.Authority)
            request.Headers.Authorization = new("Bearer", _token);
        prepare?.Invoke(request);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{url.Authority} did not respond within {HeadersTimeout.TotalSeconds:N0} s.", e);
        }
        catch (HttpRequestException e)
        {
            throw new HttpRequestException(e.HttpRequestError, $"{url.Authority} cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>
    /// Returns the target of a redirect; a redirect to this machine from another one, or to a less secure protocol, is refused.
    /// </summary>
    private static Uri? GetRedirect(HttpResponseMessage response, Uri from)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            return null;
        var to = new Uri(from, location);
        var leadsToThisMachine = to.IsLoopback && !from.IsLoopback;
        if ((to.Scheme == "https" || to.Scheme == from.Scheme) && !leadsToThisMachine)
            return to;
        throw new HttpRequestException(
            $"{from.Authority} redirects to {to.Scheme}://{to.Authority}, which is "
                + $"{(leadsToThisMachine ? "this machine" : "less secure")}; the redirect is not followed.");
    }

    private Exception CreateRefusal(HubModel model, HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized when _token is null => new CliException(
            $"{Host} requires authentication for {model}: the model is private, its terms must be accepted, or it does not exist. "
            + "Check the name; otherwise set HF_TOKEN to an access token."),
        HttpStatusCode.Unauthorized => new CliException($"{Host} does not accept the token in HF_TOKEN for {model}; check the token and "
            + "the name."),
        HttpStatusCode.Forbidden => new CliException(
            $"{Host} denies access to {model}; accept its terms on its page with the account of the token in HF_TOKEN."),
        HttpStatusCode.NotFound => new CliException(
            $"{Host} has no model {model} at revision '{model.Revision}', or some of its files are missing; check --hub and --revision."),
        _ => new HttpRequestException($"{Host} responded with {(int)response.StatusCode} for {model}.", null, response.StatusCode),
    };
}
