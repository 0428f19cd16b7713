using static TorchSharp.torch;

namespace StreamBert.Model.Training.Pretraining;

/// <summary>
/// Selects the tokens to predict (Devlin et al. 2018): 80 % of them are replaced by [MASK], 10 % by a random token, 10 % are kept.
/// </summary>
internal sealed class TokenMasking(double probability, int mask, int vocabularySize, Random random)
{
    private const double MaskShare = 0.8, RandomShare = 0.1;

    /// <summary>The first ids of a trained vocabulary are special tokens: [PAD], [UNK], [CLS], [SEP] and [MASK], then [URL].</summary>
    private const int FirstMaskableId = 5, FirstRandomId = 6;

    /// <returns>The masked ids, the positions to predict, and the ids at them.</returns>
    public (Tensor Input, Tensor Positions, Tensor Targets) Apply(Tensor ids)
    {
        var input = ids.data<long>().ToArray();
        var positions = new List<long>();
        var targets = new List<long>();
        for (var i = 0; i < input.Length; i++)
        {
            if (input[i] < FirstMaskableId || random.NextDouble() >= probability) continue;
            positions.Add(i);
            targets.Add(input[i]);
            input[i] = Replace(input[i]);
        }

        if (positions.Count == 0) (positions, targets) = ([0], [input[0]]);
        return (tensor(input), tensor(positions.ToArray()), tensor(targets.ToArray()));
    }

    private long Replace(long id)
    {
        var draw = random.NextDouble();
        return draw < MaskShare ? mask : draw < MaskShare + RandomShare ? random.Next(FirstRandomId, vocabularySize) : id;
    }
}
