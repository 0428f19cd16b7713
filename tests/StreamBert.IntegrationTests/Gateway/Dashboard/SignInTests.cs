using Microsoft.Playwright;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>Tests signing in with a key in a real browser, and what the pages show to each role.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    /// <summary>A key with the roles read and ingest, without annotate.</summary>
    private static readonly (string Key, ApiKeyOptions Entry) IngestKey = ApiKeys.Create("read-and-ingest", ["read", "ingest"]);

    private RedisServer _redis = null!;
    private GatewayHost _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _gateway = await GatewayHost.StartAsync(_redis.ConnectionString, [.. Keys.Settings(), .. IngestKeySettings()]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_reader_sees_the_pages_but_cannot_classify_texts()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Chromium.LaunchAsync(playwright);
        await using var page = await SignInAsync(chromium, "try", Keys.Of("read"));

        await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "key:read-key" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("This page requires the role 'ingest'")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("#sentence")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_the_role_annotate_a_prediction_is_shown_without_the_feedback_form()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Chromium.LaunchAsync(playwright);
        await using var page = await SignInAsync(chromium, "try", IngestKey.Key);

        await page.Page.Locator("#sentence").FillAsync("a bad day");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Classify" }).ClickAsync();

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Prediction" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("Is this prediction correct?")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_administrator_gives_feedback_and_signs_out()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Chromium.LaunchAsync(playwright);
        await using var page = await SignInAsync(chromium, "try", Keys.Of("admin"));
        await page.Page.Locator("#sentence").FillAsync("a bad day");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Classify" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm all labels" }).ClickAsync();
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

        // The page opens the sign-in page itself, or its reload is redirected there.
        await page.Page.WaitForURLAsync(static url => url.Contains("/sign-in", StringComparison.Ordinal));
        await Expect(page.Page.GetByLabel("API key")).ToBeVisibleAsync();
        await page.Page.Context.CloseAsync(); // not checked for errors: signing out cuts its connection
    }

    private static IEnumerable<(string, string)> IngestKeySettings() =>
    [
        ("Gateway:ApiKeys:9:Name", "read-and-ingest"),
        ("Gateway:ApiKeys:9:Roles:0", "read"),
        ("Gateway:ApiKeys:9:Roles:1", "ingest"),
        ("Gateway:ApiKeys:9:KeyHash", IngestKey.Entry.KeyHash!),
    ];

    private async Task<CheckedPage> SignInAsync(IBrowser chromium, string path, string key)
    {
        var address = _gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var context = await chromium.NewContextAsync();
        context.SetDefaultTimeout(20_000);
        var page = new CheckedPage(await context.NewPageAsync(), address);
        await page.Page.GotoAsync($"{address}/{path}");
        await page.Page.GetByLabel("API key").FillAsync(key);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.Page.WaitForURLAsync($"{address}/{path}");
        return page;
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
