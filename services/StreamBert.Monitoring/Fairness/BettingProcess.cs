namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Accumulates sequential evidence that a mean in [−1, 1] is above zero, by betting: each value x multiplies the wealth by 1 + λx, with
/// λ ≥ 0 chosen from the past alone, so that under "mean ≤ 0" no strategy gains (Chugg, Cortes-Gomez, Wilder and Ramdas 2023,
/// arXiv:2305.17570; λ by the approximate GRAPA rule of Waudby-Smith and Ramdas 2024). A value is the difference of two means of clusters
/// in one window, so that there is one bet per window, whatever the texts of a window have in common. A new bettor with a stake of 1 joins
/// with each bet, and the wealths are summed (the Shiryaev–Roberts e-detector of Shin, Ramdas and Rinaldo 2024): without a difference,
/// reaching c takes at least c bets on average, however often the wealth is inspected, and evidence is found whenever it begins.
/// </summary>
internal sealed class BettingProcess
{
    /// <summary>The logarithm of no wealth.</summary>
    private const double NoWealth = -700;

    private const double MaxBet = 0.9;

    /// <summary>The weight of the prior estimate "no difference", in pairs of clusters.</summary>
    private const double PriorWeight = 10;

    /// <summary>The prior estimate of the variance of one pair, and its weight in bets: half of the largest variance of a rate.</summary>
    private const double PriorVariance = 0.125;
    private const double PriorBets = 5;

    /// <summary>The estimate for the next bet forgets over so many pairs of clusters, or so many bets if that is longer.</summary>
    private const double MemoryPairs = 400;
    private const double MemoryBets = 40;

    /// <summary>Bounds the logarithm of the wealth, as more would only delay its decrease.</summary>
    private const double MaxLogWealth = 100;

    /// <summary>Beyond it one more stake is negligible, and the exponential would overflow at last.</summary>
    private const double NegligibleStake = 40;

    /// <summary>The natural logarithm of the summed wealth.</summary>
    public double LogWealth { get; set; } = NoWealth;

    /// <summary>The decayed sum of the weights, of weight × value, of weight × value² and of the bets.</summary>
    public double Weight { get; set; }
    public double Sum { get; set; }
    public double Squares { get; set; }
    public double Bets { get; set; }

    /// <summary>Lets a new bettor join, bets on a value, and then updates the estimate for the next bet.</summary>
    /// <param name="value">The difference of two means, −1 to 1.</param>
    /// <param name="pairs">The weight: n·m / (n + m) for means of n and m clusters; the variance is inverse to it.</param>
    public void Update(double value, double pairs)
    {
        var stake = LogWealth > NegligibleStake ? LogWealth : Math.Log(Math.Exp(LogWealth) + 1);
        LogWealth = Math.Clamp(stake + Math.Log(1 + Bet(pairs) * value), NoWealth, MaxLogWealth);
        var decay = 1 - Math.Min(pairs / MemoryPairs, 1 / MemoryBets);
        Weight = Weight * decay + pairs;
        Sum = Sum * decay + pairs * value;
        Squares = Squares * decay + pairs * value * value;
        Bets = Bets * decay + 1;
    }

    /// <summary>Discards the wealth.</summary>
    public void Reset() => LogWealth = NoWealth;

    /// <summary>Returns mean / (variance + mean²) of the next value, as estimated from the past and the number of its clusters.</summary>
    private double Bet(double pairs)
    {
        var mean = Sum / (Weight + PriorWeight);
        var square = (Squares + PriorBets * PriorVariance) / (Bets + PriorBets) / pairs;
        return Math.Clamp(mean / (square + mean * mean), 0, MaxBet);
    }
}
