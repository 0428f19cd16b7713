using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Settings;

/// <summary>Names the default data directory and the directories inside a data directory.</summary>
internal static class DataDirectory
{
    public const string Log = "log", Keys = "keys", Models = "models", State = "state", Replay = "replay";
    public const string SettingsFile = "appsettings.json";

    public static string Default => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".streambert");
}
