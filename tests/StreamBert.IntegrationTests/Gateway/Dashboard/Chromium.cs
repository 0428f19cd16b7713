using Microsoft.Playwright;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>The Chromium that is installed on this machine.</summary>
internal static class Chromium
{
    private static readonly string Executable = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Why Chromium cannot be started and how to fix it; null if it is installed.</summary>
    public static string? MissingReason =>
        File.Exists(Executable) ? null : $"Chromium is not installed at '{Executable}'. Install it, or set CHROMIUM to its path.";

    /// <summary>Starts Chromium without requests of its own. Skips the test if it is not installed.</summary>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        Assert.SkipWhen(MissingReason is not null, MissingReason ?? "");
        return playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments });
    }
}
