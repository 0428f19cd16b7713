using Microsoft.Playwright;
using StreamBert.IntegrationTests.Gateway;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Dashboard;

/// <summary>Signing in with a key in a real browser, and what the pages then show.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private GatewayHost _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _gateway = await GatewayHost.StartAsync(_redis.ConnectionString, [.. Keys.Settings(), .. Both()]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_reader_sees_the_pages_and_may_neither_try_nor_correct()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Chromium.LaunchAsync(playwright);
        await using var page = await SignInAsync(chromium, "try", Keys.Of("read"));

        await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "key:read-key" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("That needs the role 'ingest'")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("#sentence")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_may_send_but_not_annotate_gets_an_answer_without_the_form_to_correct_it()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Chromium.LaunchAsync(playwright);
        await using var page = await SignInAsync(chromium, "try", BothKey);

        await page.Page.Locator("#sentence").FillAsync("a bad day");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Classify" }).ClickAsync();

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Answer" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("Is that right?")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_administrator_corrects_and_signs_out()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Chromium.LaunchAsync(playwright);
        await using var page = await SignInAsync(chromium, "try", Keys.Of("admin"));
        await page.Page.Locator("#sentence").FillAsync("a bad day");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Classify" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Yes, all of it" }).ClickAsync();
        await Expect(page.Page.GetByText("Thank you.")).ToBeVisibleAsync();

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "key:admin-key" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
        await page.Page.GotoAsync(new Uri(_gateway.Client.BaseAddress!, "alerts").ToString());
        await Expect(page.Page.GetByLabel("API key")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Signing_out_in_one_tab_ends_the_others()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Chromium.LaunchAsync(playwright);
        var page = await SignInAsync(chromium, "alerts", Keys.Of("read"));
        var second = await page.Page.Context.NewPageAsync();
        await second.GotoAsync(new Uri(_gateway.Client.BaseAddress!, "models").ToString());
        await Expect(second.GetByRole(AriaRole.Status).GetByText("Running")).ToBeVisibleAsync();

        await second.GetByRole(AriaRole.Link, new() { Name = "key:read-key" }).ClickAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await page.Page.WaitForURLAsync(static url => url.Contains("/sign-in", StringComparison.Ordinal)); // by itself, or led there as its reload is refused
        await Expect(page.Page.GetByLabel("API key")).ToBeVisibleAsync();
        await page.Page.Context.CloseAsync(); // not judged: the connection of a tab that is signed out is cut
    }

    /// <summary>A key that may look and send, but not annotate.</summary>
    private static (string Key, StreamBert.Gateway.Security.ApiKeyOptions Entry) BothMade { get; }
        = StreamBert.Gateway.Security.ApiKeys.Create("both", ["read", "ingest"]);

    private static string BothKey => BothMade.Key;

    private static IEnumerable<(string, string)> Both() =>
        [("Gateway:ApiKeys:9:Name", "both"), ("Gateway:ApiKeys:9:Roles:0", "read"), ("Gateway:ApiKeys:9:Roles:1", "ingest"), ("Gateway:ApiKeys:9:KeyHash", BothMade.Entry.KeyHash!)];

    private async Task<WatchedPage> SignInAsync(IBrowser chromium, string path, string key)
    {
        var address = _gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var context = await chromium.NewContextAsync();
        context.SetDefaultTimeout(20_000);
        var page = new WatchedPage(await context.NewPageAsync(), address);
        await page.Page.GotoAsync($"{address}/{path}");
        await page.Page.GetByLabel("API key").FillAsync(key);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.Page.WaitForURLAsync($"{address}/{path}");
        return page;
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
