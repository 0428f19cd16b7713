using Microsoft.Playwright;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>A page that records its errors. Disposing it fails the test if there were any.</summary>
public sealed class CheckedPage : IAsyncDisposable
{
    private readonly List<string> _errors = [];

    public CheckedPage(IPage page, string address)
    {
        Page = page;
        page.Console += (_, message) => Check(message.Type is "error" or "warning", $"console {message.Type}: {message.Text}");
        page.PageError += (_, error) => Check(true, $"script error: {error}");
        page.RequestFailed += (_, request) => Check(!IsClosing, $"request failed: {request.Url} {request.Failure}");
        page.Response += (_, response) => Check(response.Status >= 400, $"{response.Status} from {response.Url}");
        page.Request += (_, request) => Check(
            !request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal),
            $"external request: {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>Whether the page is being closed, which aborts its pending requests.</summary>
    private bool IsClosing { get; set; }

    public ILocator Row(string text) => Page.Locator(".sb-row", new() { HasText = text });

    public ILocator Alert(string title) =>
        Page.GetByRole(AriaRole.Article).Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = title }) });

    public async ValueTask DisposeAsync()
    {
        IsClosing = true;
        await Page.Context.CloseAsync();
        Assert.Empty(_errors);
    }

    private void Check(bool isError, string description)
    {
        lock (_errors)
        {
            if (isError) _errors.Add(description);
        }
    }
}
