namespace StreamBert.Cli.Commands.Models;

/// <summary>Describes a head in JSON output.</summary>
internal sealed record HeadSummary(string Name, string Task, IReadOnlyList<string> Labels);
