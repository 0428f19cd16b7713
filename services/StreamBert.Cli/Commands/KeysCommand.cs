using System.CommandLine;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Gateway.Security;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Commands;

/// <summary><c>keys new</c>: an API key, and its entry for the configuration.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Make API keys for the Gateway.") { New() };

    private static Command New()
    {
        var name = new Option<string>("--name") { Description = "Who uses it; the audit log names it so.", Required = true };
        var roles = new Option<string>("--roles")
        {
            Description = $"What it may do, parted by commas: {string.Join(", ", Roles.All)}.",
            Required = true
        };
        var command = new Command("new", "Print a new key, and below it the entry for Gateway:ApiKeys, which holds only its hash.") {
            name,
            roles };
        command.SetAction(parsed => Print(
            parsed.GetValue(name)!,
            parsed.GetValue(roles)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        return command;
    }

    private static void Print(string name, string[] roles)
    {
        var (key, entry) = Create(name, roles);
        Terminal.Out.WriteLine(key);
        Terminal.Out.WriteLine(JsonSerializer.Serialize(new { entry.Name, entry.Roles, entry.KeyHash }));
        Terminal.Error.WriteLine("The first line is the key: it is shown this once and kept nowhere. Add the second to the list Gateway:ApiKeys, such as in appsettings.json.");
    }

    private static (string Key, ApiKeyOptions Entry) Create(string name, string[] roles)
    {
        try
        {
            return ApiKeys.Create(name, roles);
        }
        catch (ConfigurationException e)
        {
            throw new CliException($"--name and --roles make no key: {e.Message}", e);
        }
    }
}
