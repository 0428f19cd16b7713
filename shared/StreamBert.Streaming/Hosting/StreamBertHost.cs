using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Hosting;

/// <summary>Runs a service's host so that a wrong setting ends with one clear message instead of a stack trace.</summary>
public static class StreamBertHost
{
#pragma warning disable RS0030 // Before there is a logger, and made visible below.
    /// <summary>Builds and runs the host until it is stopped.</summary>
    /// <returns>
    /// The exit code: 0 after a clean stop, 1 for a log that cannot be used, 2 for a wrong setting, 3 for a log that another process uses,
    /// 4 for a damaged one.
    /// </returns>
    public static Task<int> RunAsync(Func<IHost> build) => RunAsync(build, Console.Error);
#pragma warning restore RS0030

    internal static async Task<int> RunAsync(Func<IHost> build, TextWriter error)
    {
        PrivateFiles.RestrictUmask();
        try
        {
            SettingsFileChecks.CheckHostFiles();
            await build().RunAsync(); // disposes the host, too
            return 0;
        }
        catch (Exception e) when (ExitCodeOf(e) is { } code)
        {
            var detail = e is InvalidDataException ? $" {e.InnerException?.Message}" : "";
            await error.WriteLineAsync($"streambert: {VisibleText.EscapeLine($"{e.Message}{detail}")}");
            return code;
        }
        catch (OperationCanceledException)
        {
            return 0; // stopped by Ctrl-C or SIGTERM before it had fully started
        }
    }

    private static int? ExitCodeOf(Exception e) => e switch
    {
        ConfigurationException or OptionsValidationException => 2,
        InvalidDataException { InnerException: FormatException } => 2, // an appsettings.json that is not JSON
        LogInUseException => 3,
        LogUnavailableException log => log.IsDamaged ? 4 : 1,
        _ => null,
    };
}
