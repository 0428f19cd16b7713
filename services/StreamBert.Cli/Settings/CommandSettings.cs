using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Settings;

/// <summary>
/// Reads the settings of every command, including <c>up</c>: the <c>appsettings.json</c> beside the program, in the working directory and
/// in the data directory, then the sources that <see cref="SettingsSources"/> adds for all services.
/// </summary>
internal static class CommandSettings
{
    /// <param name="data">The data directory, or null if the command has none.</param>
    /// <exception cref="ConfigurationException">A file is not valid JSON.</exception>
    public static void AddFolders(IConfigurationManager configuration, string? data)
    {
        var folders = new[] { AppContext.BaseDirectory, Environment.CurrentDirectory, data };
        foreach (var folder in folders.OfType<string>().Select(Path.GetFullPath).Distinct())
            configuration.AddSettingsFrom(folder);
    }

    /// <summary>Returns the settings for the parts of a data directory, except those that the configuration sets already.</summary>
    public static Dictionary<string, string?> ForDataDirectory(string data, IConfiguration configuration)
    {
        string Resolve(string setting, string folder) =>
            configuration[setting] is { Length: > 0 } configured ? configured : Path.Combine(data, folder);

        return new()
        {
            ["Log:Directory"] = Path.Combine(data, DataDirectory.Log),
            ["Log:DataDirectory"] = data,
            ["Privacy:Directory"] = Resolve("Privacy:Directory", DataDirectory.Keys),
            ["Models:Directory"] = Resolve("Models:Directory", DataDirectory.Models),
        };
    }

    /// <summary>Reads the settings as they are set, without those that depend on the data directory.</summary>
    /// <exception cref="ConfigurationException">A file is missing or not valid JSON.</exception>
    public static IConfigurationRoot ReadSources(string? data, string? file)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        AddFolders(builder.Configuration, data);
        builder.AddStreamBertDefaults("cli", file);
        return builder.Configuration;
    }

    /// <summary>Reads the settings for a command that needs no log.</summary>
    /// <exception cref="ConfigurationException">A file is missing or not valid JSON.</exception>
    public static IConfiguration Read(string? data, string? file)
    {
        var configuration = ReadSources(data, file);
        if (data is not null)
            ((IConfigurationBuilder)configuration).AddInMemoryCollection(ForDataDirectory(data, configuration));
        return configuration;
    }
}
