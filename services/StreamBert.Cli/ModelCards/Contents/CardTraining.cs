using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamBert.Cli.ModelCards.Contents;

/// <summary>How a package was trained.</summary>
/// <param name="Task">The task of <c>train</c>.</param>
/// <param name="Files">The files that were trained, validated and tested on.</param>
/// <param name="Options">The options by name.</param>
internal sealed record CardTraining(string Task, IReadOnlyList<CardFile> Files, JsonObject Options)
{
    /// <param name="options">The options, whose properties become the fields.</param>
    public static CardTraining Create(string task, IEnumerable<CardFile> files, object options) =>
        new(task, [.. files], JsonSerializer.SerializeToNode(options, JsonSerializerOptions.Web)!.AsObject());
}
