using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Alerting;
using StreamBert.Alerting.Receivers;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Cli.Settings;
using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Defines <c>alerts test</c>, which sends one message to a receiver and prints what the receiver answered.</summary>
internal static class AlertsTestCommand
{
    private const string HowToAdd = $"No receiver of messages about alerts is configured. This adds one: {ReceiverExample.Line}";

    public static Command Create(LogAccess access)
    {
        var receiver = new Argument<string>("receiver") { Description = "Name of a receiver in the settings." };
        var json = JsonOption.Create();
        var command = new Command("test", "Send a test message to a receiver, from this machine and with its settings.") { receiver, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(access.Url) is not null || parsed.GetValue(access.Kafka) is not null)
                throw new CliException("'alerts test' sends from this machine with the settings here; --url and --kafka have no effect.");
            var settings = CommandSettings.Read(parsed.GetValue(access.Data) ?? DataDirectory.Default, parsed.GetValue(LogAccess.Config));
            var options = Find(settings, parsed.GetValue(receiver)!);
            var result = await TestAsync(settings, options, cancellation);
            if (parsed.GetValue(json))
                Terminal.WriteJson(result);
            else
                Print(result);
            return result.Delivered ? 0 : 1;
        });
        return command;
    }

    private static ReceiverOptions Find(IConfiguration settings, string name)
    {
        var receivers = Bind<AlertingOptions>(settings, AlertingOptions.Section).Receivers;
        if (receivers.Count == 0)
            throw new CliException(HowToAdd);
        var found = receivers.FirstOrDefault(receiver => receiver.Name == name) ?? throw new CliException(
            $"There is no receiver '{name}'; configured: {string.Join(", ", receivers.Select(static receiver => receiver.Name))}.");
        return found.Validate(new ValidationContext(found)).FirstOrDefault() is { ErrorMessage: { } fault }
            ? throw new CliException(fault) : found;
    }

    private static async Task<ReceiverTestResult> TestAsync(
        IConfiguration settings, ReceiverOptions options, CancellationToken cancellation)
    {
        var links = Bind<AlertLinkOptions>(settings, AlertLinkOptions.Section);
        using var factory = new ReceiverFactory(
            new(Options.Create(links), TimeProvider.System), ReceiverFactory.CreateHandler(), TimeProvider.System);
        try
        {
            var notification = TestNotification.Create(options.Name, TimeProvider.System.GetUtcNow());
            var acceptance = await factory.Create(options).SendAsync(notification, cancellation);
            return new(options.Name, options.Type, acceptance.Refused is null, acceptance.Answer, acceptance.Refused is { } refused
                ? $"accepted the message, but not for {refused}" : null);
        }
        catch (DeliveryException e)
        {
            return new(options.Name, options.Type, false, null, e.Message);
        }
    }

    private static T Bind<T>(IConfiguration settings, string section)
        where T : class, new()
    {
        try
        {
            return settings.GetSection(section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException e)
        {
            throw new CliException($"The section '{section}' cannot be read: {e.Message}", e);
        }
    }

    private static void Print(ReceiverTestResult result)
    {
        if (result.Delivered)
            Terminal.Out.WriteLine($"The receiver '{result.Receiver}' ({result.Type}) accepted the test message: {result.Answer}");
        else
            Terminal.Error.WriteLine($"The receiver '{result.Receiver}' ({result.Type}) {result.Error}.");
    }

    /// <param name="Receiver">The name of the receiver.</param>
    /// <param name="Type">Its type.</param>
    /// <param name="Delivered">Whether it accepted the message.</param>
    /// <param name="Answer">What it answered; null if it did not accept the message.</param>
    /// <param name="Error">Why it did not accept the message; null if it did.</param>
    private sealed record ReceiverTestResult(string Receiver, string Type, bool Delivered, string? Answer, string? Error);
}
