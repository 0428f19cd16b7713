using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Hosting;

/// <summary>
/// The settings of every command, <c>up</c> included: the <c>appsettings.json</c> beside the program, in the working directory and in the
/// data
/// directory, then what <see cref="SettingsSources"/> adds for all services.
/// </summary>
internal static class CommandSettings
{
    /// <param name="data">The data directory; null: there is none.</param>
    /// <exception cref="ConfigurationException">A file is no JSON.</exception>
    public static void AddFolders(IConfigurationManager configuration, string? data)
    {
        foreach (var folder in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory, data }.OfType<string>()
            .Select(Path.GetFullPath)
            .Distinct())
        {
            configuration.AddSettingsFrom(folder);
        }
    }

    /// <summary>Where the parts of a data directory are, as far as the settings do not say otherwise.</summary>
    public static Dictionary<string, string?> Of(string data, IConfiguration configuration)
    {
        string Place(string setting, string folder) => configuration[setting] is { Length: > 0 } set ? set : Path.Combine(data, folder);
        return new()
        {
            ["Log:Directory"] = Path.Combine(data, "log"),
            ["Log:DataDirectory"] = data,
            ["Privacy:Directory"] = Place("Privacy:Directory", "keys"),
            ["Models:Directory"] = Place("Models:Directory", "models"),
        };
    }

    /// <summary>The settings alone, for commands that need no log.</summary>
    /// <exception cref="ConfigurationException">A file is missing or no JSON.</exception>
    public static IConfiguration Read(string? data, string? file)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        AddFolders(builder.Configuration, data);
        builder.AddStreamBertDefaults("cli", file);
        if (data is not null)
            builder.Configuration.AddInMemoryCollection(Of(data, builder.Configuration));
        return builder.Configuration;
    }
}
