using Microsoft.Playwright;

namespace StreamBert.IntegrationTests.Dashboard;

/// <summary>The system's Chromium.</summary>
internal static class Chromium
{
    private static readonly string Executable = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>Null where it is installed, else what to do.</summary>
    public static string? Absent
        => File.Exists(Executable) ? null : $"There is no Chromium at '{Executable}'; install it, or set CHROMIUM to its path.";

    /// <summary>Starts it, asking nobody anything by itself; skips the test where it is absent.</summary>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        Assert.SkipWhen(Absent is not null, Absent ?? "");
        return playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }
}
