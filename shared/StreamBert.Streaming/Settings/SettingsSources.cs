using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;

namespace StreamBert.Streaming.Settings;

/// <summary>
/// Collects the settings of services and commands. A later source overrides an earlier one: <c>appsettings.json </c>, the file that
/// <c>--config </c> (or
/// the environment variable <see cref="FileVariable"/>) names, environment variables, mounted secrets, the command line.
/// </summary>
public static class SettingsSources
{
    /// <summary>The name of the settings file of a folder.</summary>
    public const string FileName = "appsettings.json";

    /// <summary>
    /// The prefix of the environment variables that are settings: <c>STREAMBERT_Log__Directory </c> sets <c>Log:Directory </c>.
    /// </summary>
    public const string EnvironmentPrefix = "STREAMBERT_";

    /// <summary>The environment variable that names a file of settings.</summary>
    public const string FileVariable = EnvironmentPrefix + "CONFIG";

    private const string FileArgument = "config";

    /// <summary>
    /// Adds the <see cref="FileName"/> of a folder, if it exists. It overrides the files added before, and environment variables override
    /// it.
    /// </summary>
    /// <exception cref="ConfigurationException">The file is not JSON.</exception>
    public static void AddSettingsFrom(this IConfigurationManager configuration, string folder)
        => AddFile(configuration, Path.Combine(folder, FileName), optional: true);

    /// <param name="file">The file that the user names; null: the one that the command line or <see cref="FileVariable"/> names, if
    /// any.</param>
    /// <exception cref="ConfigurationException">There is no such file, it is not JSON, or a secret is on the command line.</exception>
    internal static void Add(IConfigurationManager configuration, string? file)
    {
        var commandLine = configuration.Sources.LastOrDefault() as CommandLineConfigurationSource;
        if ((file ?? FileOf(commandLine) ?? Environment.GetEnvironmentVariable(FileVariable)) is { Length: > 0 } named)
            AddFile(configuration, named, optional: false);
        configuration.AddEnvironmentVariables(EnvironmentPrefix);
        Secrets.AddFiles(configuration, Environment.GetEnvironmentVariable(Secrets.DirectoryVariable));
        if (commandLine is null)
            return;
        Secrets.RefuseIn(commandLine);
        configuration.Sources.Remove(commandLine);
        configuration.Sources.Add(commandLine);
    }

    private static string? FileOf(CommandLineConfigurationSource? commandLine) =>
        commandLine is null ? null : new ConfigurationBuilder().Add(commandLine).Build()[FileArgument];

    /// <summary>Inserts a file before the environment variables, which the host has added already.</summary>
    private static void AddFile(IConfigurationManager configuration, string path, bool optional)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            if (!optional)
                throw new ConfigurationException($"There is no settings file '{path}' (--config, or {FileVariable}).");
            return;
        }
        try
        {
            // one that is removed later holds no settings any more
            var source = new JsonConfigurationSource { Path = path, FileProvider = new SettingsFile(full), Optional = true };
            configuration.Sources.Insert(PlaceAfterFiles(configuration.Sources), source);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The settings file '{path}' cannot be read: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    private static int PlaceAfterFiles(IList<IConfigurationSource> sources)
    {
        for (var place = sources.Count; place > 0; place--)
        {
            if (sources[place - 1] is JsonConfigurationSource)
                return place;
        }

        return 0;
    }
}
