using StreamBert.Model.Checkpoints;

namespace StreamBert.Model.Adapters.Peft;

/// <summary>Creates the list <c>target_modules</c>, from which PEFT adapts every module whose name is an entry or ends with one.</summary>
internal static class TargetModules
{
    /// <summary>
    /// Returns one entry for each target that is adapted in all layers; full names where an entry would also match other modules.
    /// </summary>
    public static IReadOnlyList<string> Create(IReadOnlyList<AdaptedLinear> linears, EncoderConfig config)
    {
        var all = AdaptedLinear.GetAll(config).Select(linear => AdapterTensors.GetModule(linear.Name, config)).ToList();
        var adapted = linears.Select(linear => AdapterTensors.GetModule(linear.Name, config)).ToHashSet(StringComparer.Ordinal);
        var suffixes = linears.Select(linear => GetSuffix(linear, config)).Distinct()
            .Where(suffix => all.Where(module => ModulePattern.Matches(suffix, module)).All(adapted.Contains)).ToList();
        return [.. suffixes, .. adapted.Where(module => !suffixes.Exists(suffix => ModulePattern.Matches(suffix, module)))];
    }

    /// <summary>Returns the part of a module's name after the number of the layer and the name of the attention.</summary>
    private static string GetSuffix(AdaptedLinear linear, EncoderConfig config)
    {
        var parts = AdapterTensors.GetModule(linear.Name, config).Split('.');
        var start = Array.FindIndex(parts, static part => int.TryParse(part, out _)) + 1;
        return string.Join('.', parts[start..].SkipWhile(part => part is "attention" or "self" or "ffn"
            && linear.Target != AdapterTarget.AttentionOutput));
    }
}
