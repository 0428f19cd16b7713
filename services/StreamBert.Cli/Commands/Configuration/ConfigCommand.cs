using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Hosting;
using StreamBert.Cli.Output;
using StreamBert.Cli.Settings;
using StreamBert.Cli.Settings.Catalog;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Commands.Configuration;

/// <summary>Defines <c>config show|check|schema</c>: which settings are in effect, and whether they are valid.</summary>
internal static class ConfigCommand
{
    private const int HasFaults = 2;
    private const string Hidden = "(set, not shown)";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Data directory whose appsettings.json is read.",
        DefaultValueFactory = static _ => DataDirectory.Default,
        Recursive = true,
    };

    public static Command Create() => new("config", "Show and check the settings.")
    {
        CreateShow(), CreateCheck(), CreateSchema(), Data, LogAccess.Config,
    };

    private static Command CreateShow()
    {
        var section = new Argument<string?>("section")
        {
            Description = "Only settings that begin with this, such as Gateway.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all") { Description = "Show the settings that have their defaults, too." };
        var json = JsonOption.Create();
        var command = new Command("show", "Show the settings in effect and where each is set. Secrets are not shown.")
        {
            section, all, json,
        };
        command.SetAction(parsed =>
        {
            var settings = Select(Read(parsed), parsed.GetValue(section) ?? "", parsed.GetValue(all));
            if (parsed.GetValue(json))
                Terminal.WriteJson(settings);
            else
                Write(settings, parsed.GetValue(all));
        });
        return command;
    }

    private static Command CreateCheck()
    {
        var json = JsonOption.Create();
        var command = new Command(
            "check",
            "Check the settings as 'streambert up' would read them, and find those that do not exist. Exit code 2: there are faults.")
        {
            json,
        };
        command.SetAction(async (parsed, _) =>
        {
            var faults = SettingsCheck.FindFaults(Read(parsed));
            if (faults.Count == 0)
                faults = await ValidateAsync(parsed);
            if (parsed.GetValue(json))
                Terminal.WriteJson(new { Faults = faults });
            else
                Write(faults);
            return faults.Count == 0 ? 0 : HasFaults;
        });
        return command;
    }

    private static Command CreateSchema()
    {
        var command = new Command("schema", "Print the JSON schema of settings files, for editors.");
        command.SetAction(static _ => Terminal.Out.WriteLine(SettingsSchema.Create().ToJsonString(Indented)));
        return command;
    }

    private static IReadOnlyList<EffectiveSetting> Read(ParseResult parsed) =>
        EffectiveSettings.Read(CommandSettings.ReadSources(parsed.GetValue(Data), parsed.GetValue(LogAccess.Config)));

    private static IReadOnlyList<EffectiveSetting> Select(IReadOnlyList<EffectiveSetting> settings, string prefix, bool withDefaults)
    {
        var defaults = withDefaults ? SettingDefaults.Complete(settings) : settings;
        return [.. defaults.Where(setting => setting.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))];
    }

    private static async Task<IReadOnlyList<string>> ValidateAsync(ParseResult parsed)
    {
        try
        {
            await UpHost.ValidateAsync(new(Path.GetFullPath(parsed.GetValue(Data)!), "127.0.0.1", 0, null)
            {
                SettingsFile = parsed.GetValue(LogAccess.Config),
            });
            return [];
        }
        catch (AggregateException e)
        {
            return [.. e.Flatten().InnerExceptions.Select(static one => one.Message)];
        }
        catch (Exception e) when (e is OptionsValidationException or ConfigurationException)
        {
            return [e.Message];
        }
    }

    private static void Write(IReadOnlyList<EffectiveSetting> settings, bool withDefaults)
    {
        if (settings.Count == 0)
        {
            Terminal.Out.WriteLine($"No such setting is set{(withDefaults ? "" : "; --all shows the defaults, too")}.");
            return;
        }
        var table = Terminal.CreateTable(null, "setting", "value", "from");
        foreach (var setting in settings)
            table.AddCells(setting.Key, setting.Value ?? Hidden, setting.Source);
        Terminal.Write(table);
    }

    private static void Write(IReadOnlyList<string> faults)
    {
        foreach (var fault in faults)
            Terminal.Error.WriteLine($"streambert: {fault}");
        if (faults.Count == 0)
            Terminal.Out.WriteLine("The settings are valid.");
    }
}
