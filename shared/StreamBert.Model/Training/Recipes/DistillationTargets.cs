using StreamBert.Model.Training.Distillation;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// Collects the target distributions of all texts of a recipe: the given labels and, with distillation, the soft labels of a teacher for
/// each head. The teacher also labels the texts of other heads of its domain, so that sentiment also learns from texts that are labelled
/// by topic only.
/// </summary>
internal sealed class DistillationTargets(FineTuneOptions options, int seed)
{
    private readonly Dictionary<string, Dictionary<string, float[]>> _targets = new(StringComparer.Ordinal);
    private readonly float _teacherShare = (float)(options.Distillation / (1 + options.Distillation));

    /// <summary>The targets by head of each text.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, float[]>> ByText => _targets;

    /// <summary>Adds the targets of a head.</summary>
    /// <param name="labelled">The texts with labels of the head.</param>
    /// <param name="others">The texts of the other heads.</param>
    public void Add(
        RecipeHead head, IReadOnlyList<(string Text, int Label)> labelled, IReadOnlyDictionary<string,
            List<(string Text, int Label)>> others)
    {
        if (_teacherShare <= 0)
        {
            foreach (var (text, label) in labelled) AddLabelled(head, text, label, new float[head.Labels.Count]);
            return;
        }

        var (predictions, teacher) = TfIdfTeacher.CrossFit(labelled, head.Labels.Count, seed);
        for (var i = 0; i < labelled.Count; i++) AddLabelled(head, labelled[i].Text, labelled[i].Label, Scale(predictions[i]));
        foreach (var (text, _) in others.Where(pair => IsSameDomain(head.Name, pair.Key)).SelectMany(static pair => pair.Value))
            GetTargets(text).TryAdd(head.Name, Scale(teacher.Predict(text)));
    }

    private void AddLabelled(RecipeHead head, string text, int label, float[] softLabels)
    {
        softLabels[label] += 1 - _teacherShare;
        GetTargets(text)[head.Name] = softLabels;
    }

    private float[] Scale(float[] probabilities) => Array.ConvertAll(probabilities, probability => probability * _teacherShare);

    private bool IsSameDomain(string head, string other) =>
        options.DistillAcross.Any(group => group.Contains(head) && group.Contains(other));

    private Dictionary<string, float[]> GetTargets(string text)
    {
        if (!_targets.TryGetValue(text, out var targets))
        {
            _targets[text] = targets = new Dictionary<string, float[]>(StringComparer.Ordinal);
        }
        return targets;
    }
}
