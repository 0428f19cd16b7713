using System.CommandLine;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Commands.Privacy;

/// <summary>Defines <c>keys new</c>, which creates an API key and its configuration entry.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Create API keys for the Gateway.") { CreateNew() };

    private static Command CreateNew()
    {
        var name = new Option<string>("--name")
        {
            Description = "Name of the user of the key, as recorded in the audit trail.",
            Required = true,
        };
        var roles = new Option<string>("--roles")
        {
            Description = $"Roles of the key, separated by commas: {string.Join(", ", Roles.All)}.",
            Required = true,
        };
        var json = JsonOption.Create();
        var command = new Command("new", "Print a new key, and then its entry for Gateway:ApiKeys, which contains only the hash of the "
            + "key.") { name, roles, json };
        command.SetAction(parsed =>
        {
            var (key, entry) = CreateKey(
                parsed.GetValue(name)!,
                parsed.GetValue(roles)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            parsed.Write(
                json, new { key, entry = new { entry.Name, entry.Roles, entry.KeyHash } }, created => Print(created.key, entry));
        });
        return command;
    }

    private static void Print(string key, ApiKeyOptions entry)
    {
        Terminal.Out.WriteLine(key);
        Terminal.Out.WriteLine(JsonSerializer.Serialize(new { entry.Name, entry.Roles, entry.KeyHash }));
        Terminal.Error.WriteLine(
            "The first line is the key: it is printed only once and stored nowhere. Add the second line to the list Gateway:ApiKeys, for "
                + "example in appsettings.json.");
    }

    private static (string Key, ApiKeyOptions Entry) CreateKey(string name, string[] roles)
    {
        try
        {
            return ApiKeys.Create(name, roles);
        }
        catch (ConfigurationException e)
        {
            throw new CliException($"--name or --roles is invalid: {e.Message}", e);
        }
    }
}
