using Microsoft.Playwright;

namespace StreamBert.IntegrationTests.Dashboard;

/// <summary>A page that remembers what went wrong in it; the test fails at its end if anything did.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private readonly List<string> _faults = [];

    public WatchedPage(IPage page, string address)
    {
        Page = page;
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"console {message.Type}: {message.Text}");
        page.PageError += (_, error) => Note(true, $"script error: {error}");
        page.RequestFailed += (_, request) => Note(!Leaving, $"request failed: {request.Url} {request.Failure}");
        page.Response += (_, response) => Note(response.Status >= 400, $"{response.Status} from {response.Url}");
        page.Request += (_, request) => Note(
            !request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal),
            $"external request: {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>Set before the page is left: what it still asked for then, breaks off.</summary>
    private bool Leaving { get; set; }

    public ILocator Row(string text) => Page.Locator(".sb-row", new() { HasText = text });

    public ILocator Alert(string title)
        => Page.GetByRole(AriaRole.Article).Filter(new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = title }) });

    public async ValueTask DisposeAsync()
    {
        Leaving = true;
        await Page.Context.CloseAsync();
        Assert.Empty(_faults);
    }

    private void Note(bool isFault, string what)
    {
        lock (_faults)
        {
            if (isFault) _faults.Add(what);
        }
    }
}
