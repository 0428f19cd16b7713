using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Accumulates sequential evidence that a mean in [−1, 1] is above zero, by betting: each value x multiplies a wealth by 1 + λx, with λ ≥ 0
/// chosen from the past alone, so that under "mean ≤ 0" no strategy gains (Chugg, Cortes-Gomez, Wilder and Ramdas 2023, arXiv:2305.17570).
/// A value is the difference of two means of clusters in one window, so that there is one bet per window, whatever the texts of a window
/// have in common. The mean of several wealths is a wealth, too: each assumes one mean μ, and bets λ = μ / (variance + μ²), which grows
/// fastest if the mean is μ (Waudby-Smith and Ramdas 2024). Unlike an estimate of μ, it needs no time to follow a change. A new bettor with
/// a stake of 1 joins with each bet, and the wealths are summed (the Shiryaev–Roberts e-detector of Shin, Ramdas and Rinaldo 2024): without
/// a difference, reaching c takes at least c bets on average, however often the wealth is inspected, and evidence is found whenever it
/// begins.
/// </summary>
internal sealed class BettingProcess
{
    /// <summary>The logarithm of no wealth.</summary>
    private const double NoWealth = -700;

    private const double MaxBet = 0.95;

    /// <summary>The prior estimate of the variance of one pair, and its weight in bets: half of the largest variance of a rate.</summary>
    private const double PriorVariance = 0.125;
    private const double PriorBets = 5;

    /// <summary>The estimate of the variance forgets over so many bets.</summary>
    private const double MemoryBets = 400;

    /// <summary>Bounds the logarithm of a wealth, as more would only delay its decrease.</summary>
    private const double MaxLogWealth = 100;

    /// <summary>Beyond it one more stake is negligible, and the exponential would overflow at last.</summary>
    private const double NegligibleStake = 40;

    private static readonly double[] AssumedMeans = [0.05, 0.1, 0.2, 0.4];

    /// <summary>The natural logarithm of the summed wealth of each assumed mean.</summary>
    public double[] LogWealths { get; set; } = NoWealths();

    /// <summary>The decayed sum of pairs × value², and of the bets.</summary>
    public double Squares { get; set; }
    public double Bets { get; set; }

    /// <summary>The natural logarithm of the mean of the summed wealths.</summary>
    [JsonIgnore]
    public double LogWealth
    {
        get
        {
            var largest = LogWealths.Max();
            return largest + Math.Log(LogWealths.Average(wealth => Math.Exp(wealth - largest)));
        }
    }

    /// <summary>Lets new bettors join, bets on a value, and then updates the estimate for the next bet.</summary>
    /// <param name="value">The difference of two means, −1 to 1.</param>
    /// <param name="pairs">The weight: n·m / (n + m) for means of n and m clusters; the variance is inverse to it.</param>
    public void Update(double value, double pairs)
    {
        if (LogWealths.Length != AssumedMeans.Length)
            LogWealths = NoWealths(); // a damaged checkpoint
        var square = (Squares + PriorBets * PriorVariance) / (Bets + PriorBets) / pairs;
        for (var i = 0; i < AssumedMeans.Length; i++)
        {
            var (mean, wealth) = (AssumedMeans[i], LogWealths[i]);
            var bet = Math.Min(mean / (square + mean * mean), MaxBet);
            var stake = wealth > NegligibleStake ? wealth : Math.Log(Math.Exp(wealth) + 1);
            LogWealths[i] = Math.Clamp(stake + Math.Log(1 + bet * value), NoWealth, MaxLogWealth);
        }
        Squares = Squares * (1 - 1 / MemoryBets) + pairs * value * value;
        Bets = Bets * (1 - 1 / MemoryBets) + 1;
    }

    /// <summary>Discards the wealth.</summary>
    public void Reset() => LogWealths = NoWealths();

    private static double[] NoWealths() => [NoWealth, NoWealth, NoWealth, NoWealth];
}
