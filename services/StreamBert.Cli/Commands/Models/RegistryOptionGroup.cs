using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.Settings;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Groups the options that locate the model registry.</summary>
internal sealed class RegistryOptionGroup
{
    private readonly Option<string?> _models = new("--models")
    {
        Description = "Directory of the registry. Default: the setting Models:Directory of the services, or 'models' in --data, "
            + "where 'streambert up' keeps it.",
        Recursive = true,
    };

    public LogAccess Log { get; } = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _models, Log.Data, Log.Kafka, LogAccess.Config })
            command.Add(option);
    }

    /// <summary>Opens the packages on this machine.</summary>
    public ModelDirectory OpenDirectory(ParseResult parsed) =>
        new(Path.GetFullPath(GetDirectory(parsed)), Path.Combine(AppContext.BaseDirectory, DataDirectory.Models));

    /// <summary>Opens the packages on this machine and the store that machines share, if the settings name one.</summary>
    /// <exception cref="ConfigurationException">The settings of the store are invalid.</exception>
    public ModelRegistry OpenRegistry(ParseResult parsed)
    {
        var options = ReadSettings(parsed).GetSection(ModelsOptions.Section).Get<ModelsOptions>() ?? new();
        return new(
            OpenDirectory(parsed), new(options, new(ModelPackage.ReadBaseName, ModelPackage.Verify), TimeProvider.System));
    }

    public string GetDirectory(ParseResult parsed) => parsed.GetValue(_models) ?? ReadSettings(parsed)["Models:Directory"]!;

    /// <summary>Reads the settings of the services, or those of <c>--data</c>.</summary>
    public IConfiguration ReadSettings(ParseResult parsed) =>
        CommandSettings.Read(parsed.GetValue(Log.Data) ?? DataDirectory.Default, parsed.GetValue(LogAccess.Config));
}
