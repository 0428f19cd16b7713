using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Adapters.Peft;

/// <summary>
/// Writes the adapter and the heads of a network in PEFT's layout, as float32. The only head of a network has the name that
/// Hugging Face's classes give it, if they have such a head.
/// </summary>
internal static class AdapterWriter
{
    public static void Write(string directory, MultiTaskNetwork network, TrainedAdapter adapter)
    {
        var task = GetTask(network.Heads);
        var whole = network.Parameters.Tensors
            .Where(parameter => ParameterShapes.IsHead(parameter.Key) || adapter.IsSavedWhole(parameter.Key))
            .Select(parameter => (Name: GetStoredName(network, parameter.Key, task), parameter.Value)).ToList();
        var own = adapter.Tensors.Select(tensor => (GetStoredName(network, tensor.Name, task), tensor.Value));
        SafeTensorsWriter.Write(Path.Combine(directory, AdapterTensors.FileName), [.. own, .. whole], isHalf: false);
        var modules = whole.Select(static tensor => GetModule(tensor.Name)).Distinct();
        var config = adapter.Config with { ModulesToSave = [.. modules], TaskType = task };
        PackageJson.Write(Path.Combine(directory, AdapterConfig.FileName), config.ToJson());
    }

    private static string GetStoredName(MultiTaskNetwork network, string name, string? task) =>
        AdapterTensors.GetStoredName(name, network.Config, isOnlyHead: task is not null && ParameterShapes.IsHead(name));

    /// <summary>Returns PEFT's name of the task of a network that Hugging Face's classes can represent; null for other networks.</summary>
    private static string? GetTask(IReadOnlyList<HeadManifest> heads) => heads switch
    {
        [{ Task: HeadTask.TokenClassification }] => "TOKEN_CLS",
        [{ Pooling: Pooling.Cls }] => "SEQ_CLS",
        _ => null,
    };

    /// <summary>Returns the module of a stored tensor: its name without PEFT's prefix and the name of the parameter.</summary>
    private static string GetModule(string stored)
    {
        var name = stored[AdapterTensors.Prefix.Length..];
        return name[..name.LastIndexOf('.')];
    }
}
