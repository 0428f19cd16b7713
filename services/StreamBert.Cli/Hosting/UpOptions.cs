using StreamBert.Cli.Replay;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Hosting;

/// <summary>What <c>up</c> was asked to do.</summary>
/// <param name="Data">Directory that keeps everything.</param>
/// <param name="Host">Address to listen on.</param>
/// <param name="Port">0: any free one.</param>
/// <param name="Replay">The file to feed; null: the simulator, or nothing.</param>
internal sealed record UpOptions(string Data, string Host, int Port, ReplayRequest? Replay)
{
    /// <summary>Whether the simulator writes texts.</summary>
    public bool Simulated { get; init; }

    /// <summary>Whether to wait for a data directory that another process holds.</summary>
    public bool Standby { get; init; }

    /// <summary>A file of settings that the user names.</summary>
    public string? SettingsFile { get; init; }

    public bool Once => Replay is { Once: true };

    public static string DefaultData => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".streambert");
}
