using System.Net;
using System.Text.RegularExpressions;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>What a browser does with cookies and forms, without one; it follows no redirect.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(Uri address)
        => _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = address };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<HttpResponseMessage> GetAsync(string path, string? header = null, string? value = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html,*/*");
        if (header is not null) request.Headers.Add(header, value);
        return _http.SendAsync(request, Cancellation);
    }

    public Task<HttpResponseMessage> PostAsync(string path, HttpContent content, string? header = null, string? value = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (header is not null) request.Headers.Add(header, value);
        return _http.SendAsync(request, Cancellation);
    }

    /// <summary>Opens the sign-in page and sends its form.</summary>
    public Task<HttpResponseMessage> EnterAsync(string key, string page) => PostFormAsync("/sign-in", page, ("key", key));

    /// <summary>Sends a form of a page with its hidden fields.</summary>
    public async Task<HttpResponseMessage> PostFormAsync(string action, string page, params (string Name, string Value)[] fields)
    {
        var html = await (await GetAsync(page)).Content.ReadAsStringAsync(Cancellation);
        var hidden = Hidden().Matches(html).Select(
            static match => KeyValuePair.Create(match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)))
                .DistinctBy(static field => field.Key);
        return await PostAsync(
            action, new FormUrlEncodedContent(
                hidden.Concat(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value)))), "Sec-Fetch-Site",
                    "same-origin");
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
