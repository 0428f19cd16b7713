using StreamBert.Cli.Replay.Requests;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Hosting;

/// <summary>Contains the options of <c>up</c>.</summary>
/// <param name="Data">The data directory.</param>
/// <param name="Host">The IP address to listen on.</param>
/// <param name="Port">The port to listen on; 0: any free one.</param>
/// <param name="Replay">The file to replay; null: the simulator, or nothing.</param>
internal sealed record UpOptions(string Data, string Host, int Port, ReplayRequest? Replay)
{
    /// <summary>Whether the simulator writes texts.</summary>
    public bool IsSimulated { get; init; }

    /// <summary>Whether to wait for a data directory that another process uses.</summary>
    public bool IsStandby { get; init; }

    /// <summary>The settings file given by the user.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>The model of the built-in pipelines; null: the default model.</summary>
    public string? Model { get; init; }

    public bool ExitsAfterReplay => Replay is { Once: true };
}
