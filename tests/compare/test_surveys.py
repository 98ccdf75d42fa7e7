"""Questions about all rows are answered once, by whoever is alive."""

from datetime import timedelta

import pytest
from django.utils import timezone

from experiments_ui.compare import jobs
from experiments_ui.compare.actions.surveys import ask
from experiments_ui.compare.lineup import compare
from experiments_ui.compare.models import Survey, SurveyState
from experiments_ui.compare.selection import Selection
from experiments_ui.compare.surveys.look import Look
from experiments_ui.compare.surveys.path_column import paths_question
from experiments_ui.compare.surveys.paths import count_paths, read_answer
from experiments_ui.compare.surveys.slicing import SlicesAnswer, slices_question
from experiments_ui.experiments.actions.standing import set_metric
from tests import make
from tests.race import together

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def dataset(space):
    rows = [
        {
            "question": f"what is {i}?" + "x" * (i % 7),
            "metadata": {"language": "de" if i % 2 else "en", "tier": "abc"[i % 3]},
        }
        for i in range(240)
    ]
    return make.dataset(space, rows=rows)


@pytest.fixture
def base(dataset):
    return make.experiment(dataset, name="base", score=[1.0] * 240)


@pytest.fixture
def candidate(dataset):
    """Wrong in every other German row."""
    scores = [0.0 if i % 4 == 1 else 1.0 for i in range(240)]
    return make.experiment(dataset, name="candidate", score=scores)


@pytest.fixture
def question(principal, base, candidate):
    def of(*, better=False, **selection):
        wanted = Selection(base=base.pk, others=(candidate.pk,), **selection)
        comparison = compare(principal, wanted)
        return slices_question(comparison, Look(candidate.pk, better=better))

    return of


@pytest.fixture
def asked(question, member):
    def of(**selection):
        return ask(question(**selection), by=member, now=timezone.now())

    return of


def silent(survey, **changes):
    """Let a survey look as its worker left it when it was killed."""
    changes = {"state": SurveyState.RUNNING, "claim": "theirs"} | changes
    seen_at = timezone.now() - LONG_AGO
    Survey.objects.filter(pk=survey.pk).update(seen_at=seen_at, **changes)


@pytest.mark.django_db
class TestAsking:
    def test_the_same_question_is_asked_once(self, asked):
        assert asked() == asked()
        assert Survey.objects.count() == 1

    def test_sorting_chips_and_blanks_do_not_make_another_question(self, asked):
        assert asked() == asked(only="regressed", where="  ", fit=True)

    @pytest.mark.parametrize(
        "other", [{"better": True}, {"where": "question_length > 3"}, {"common": True}]
    )
    def test_another_meaning_is_another_question(self, asked, other):
        assert asked() != asked(**other)

    def test_a_goal_or_epsilon_set_anew_is_another_question(self, asked, dataset):
        first = asked()
        set_metric(dataset, "eval.correct.score", goal="maximize", epsilon=0.25)
        assert asked() != first

    def test_new_values_are_another_question_and_the_old_answer_is_deleted(
        self, asked, dataset
    ):
        first = asked()
        jobs.answer(first.pk)
        jobs.reconcile()
        assert Survey.objects.filter(pk=first.pk).exists()
        dataset.refresh_from_db()
        type(dataset).objects.filter(pk=dataset.pk).update(
            revision=dataset.revision + 1
        )
        assert asked() != first
        jobs.reconcile()
        assert not Survey.objects.filter(pk=first.pk).exists()

    def test_old_answers_are_deleted(self, asked):
        survey = asked()
        jobs.answer(survey.pk)
        long_ago = timezone.now() - timedelta(days=31)
        Survey.objects.filter(pk=survey.pk).update(created_at=long_ago)
        jobs.reconcile()
        assert not Survey.objects.exists()

    def test_a_failed_question_is_tried_again_when_asked_again(self, asked):
        survey = asked()
        Survey.objects.filter(pk=survey.pk).update(
            state=SurveyState.FAILED, problem="boom", attempts=3
        )
        again = asked()
        assert (again.pk, again.state, again.problem) == (survey.pk, "queued", "")
        jobs.answer(survey.pk)
        survey.refresh_from_db()
        assert survey.state == "done"


@pytest.mark.django_db
class TestAnswering:
    def test_a_job_answers_and_a_second_delivery_changes_nothing(self, asked):
        survey = asked()
        jobs.answer(survey.pk)
        first = Survey.objects.values().get()
        jobs.answer(survey.pk)
        assert (first["state"], first["attempts"]) == ("done", 1)
        assert Survey.objects.values().get() == first

    def test_a_delivery_for_a_deleted_survey_is_nothing(self, asked):
        survey = asked()
        number = survey.pk
        survey.delete()
        jobs.answer(number)

    def test_a_claim_is_given_once(self, asked):
        survey = asked()
        assert jobs.Claim.take(survey.pk) is not None
        assert jobs.Claim.take(survey.pk) is None

    def test_a_worker_that_was_taken_over_can_no_longer_write(self, asked):
        survey = asked()
        slow = jobs.Claim.take(survey.pk)
        silent(survey)
        jobs.reconcile()
        jobs.answer(survey.pk)
        with pytest.raises(jobs.LostClaim):
            slow.note(1, 2)
        with pytest.raises(jobs.LostClaim):
            slow.finish("late")
        with pytest.raises(jobs.LostClaim):
            slow.fail("late")
        assert Survey.objects.get().state == "done"

    def test_progress_is_written_at_most_twice_a_second(
        self, asked, django_assert_num_queries
    ):
        claim = jobs.Claim.take(asked().pk)
        with django_assert_num_queries(1):
            for done in range(50):
                claim.note(done, 50)
        assert Survey.objects.get().total == 50

    def test_a_problem_that_people_can_mend_is_told_in_its_own_words(self, asked):
        survey = asked()
        Survey.objects.update(asked_by=None)
        jobs.answer(survey.pk)
        survey.refresh_from_db()
        assert survey.state == "failed"
        assert survey.problem == "Whoever asked this has left. Ask again."

    def test_a_fault_is_told_without_its_trace(self, asked, monkeypatch):
        survey = asked()

        def broken(*_):
            raise RuntimeError("secret detail")

        monkeypatch.setattr(jobs, "answer_to", broken)
        jobs.answer(survey.pk)
        survey.refresh_from_db()
        assert survey.state == "failed"
        assert "secret" not in survey.problem
        assert "Traceback" not in survey.problem

    def test_who_lost_the_right_to_see_gets_no_answer(self, asked, member):
        survey = asked()
        member.membership_set.all().delete()
        jobs.answer(survey.pk)
        survey.refresh_from_db()
        assert survey.state == "failed"
        assert survey.answer == ""


@pytest.mark.django_db
class TestReconciling:
    def test_a_silent_survey_is_taken_over(self, asked, announced):
        survey = asked()
        silent(survey, attempts=1)
        jobs.reconcile()
        assert announced == [survey.pk]
        jobs.answer(survey.pk)
        survey.refresh_from_db()
        assert (survey.state, survey.attempts) == ("done", 2)

    def test_a_living_survey_is_left_alone(self, asked, announced):
        survey = asked()
        jobs.Claim.take(survey.pk)
        jobs.reconcile()
        survey.refresh_from_db()
        assert survey.state == "running"
        assert not announced

    def test_a_survey_that_ends_every_worker_is_given_up(self, asked, announced):
        survey = asked()
        silent(survey, attempts=jobs.MOST_ATTEMPTS)
        jobs.reconcile()
        survey.refresh_from_db()
        assert survey.state == "failed"
        assert "memory" in survey.problem
        assert not announced

    def test_a_survey_that_nobody_heard_of_is_announced_again_but_not_each_time(
        self, asked, announced
    ):
        survey = asked()
        silent(survey, state=SurveyState.QUEUED)
        jobs.reconcile()
        jobs.reconcile()
        assert announced == [survey.pk]

    def test_a_server_that_starts_anew_goes_on_with_what_it_was_doing(
        self, asked, announced
    ):
        survey = asked()
        jobs.Claim.take(survey.pk)
        jobs.take_over_all()
        jobs.reconcile()
        assert announced == [survey.pk]

    def test_a_broker_that_is_away_stops_nobody(self, asked, monkeypatch):
        def away(*_):
            raise jobs.answer.OperationalError("no broker")

        monkeypatch.setattr(jobs.answer, "delay", away)
        jobs.enqueue(asked().pk)
        assert Survey.objects.get().state == "queued"


@pytest.fixture
def announced(monkeypatch):
    numbers = []
    monkeypatch.setattr(jobs.answer, "delay", numbers.append)
    return numbers


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_askers_at_once_share_one_survey(self, question, member, announced):
        asked = question()
        found = together(6, lambda: ask(asked, by=member, now=timezone.now()).pk)
        assert len(set(found)) == 1
        assert announced == found[:1]

    @pytest.mark.usefixtures("announced")
    def test_of_workers_at_once_one_answers(self, asked):
        survey = asked()
        together(4, lambda: jobs.answer(survey.pk))
        survey.refresh_from_db()
        assert (survey.state, survey.attempts) == ("done", 1)


@pytest.mark.django_db
class TestSlices:
    def test_the_planted_slice_is_found_with_its_size_and_change(self, asked):
        survey = asked()
        jobs.answer(survey.pk)
        answer = SlicesAnswer.read(Survey.objects.get().answer)
        first = answer.found[0]
        assert first.filter == "metadata.language = 'de'"
        assert (first.n, first.delta, first.stands_out) == (120, -0.5, True)
        assert first.low < -0.5 < first.high < 0
        assert first.q < 0.001

    def test_a_filter_narrows_what_is_searched(self, asked):
        survey = asked(where="metadata.language = 'en'")
        jobs.answer(survey.pk)
        answer = SlicesAnswer.read(Survey.objects.get().answer)
        assert (answer.found, answer.n) == ((), 120)

    def test_what_got_better_is_found_with_the_sides_exchanged(
        self, principal, member, base, candidate
    ):
        wanted = Selection(base=candidate.pk, others=(base.pk,))
        look = Look(base.pk, better=True)
        asked = slices_question(compare(principal, wanted), look)
        jobs.answer(ask(asked, by=member, now=timezone.now()).pk)
        first = SlicesAnswer.read(Survey.objects.get().answer).found[0]
        assert (first.filter, first.delta) == ("metadata.language = 'de'", 0.5)


JSON = [
    ('{"total": 1, "rows": [{"price": 2}]}', '{"total": 2, "rows": [{"price": 2}]}'),
    ('{"total": 1, "rows": [{"price": 2}]}', '{"total": 3, "rows": [{"price": 9}]}'),
    ('{"total": 1}', '{"total": 1.0}'),
    ("plain", "other"),
    ('{"subtotal": 1}', '{"subtotal": 2}'),
    ("same", "same"),
]


@pytest.fixture
def json_sides(principal, space):
    dataset = make.dataset(space, name="documents", count=len(JSON))
    ids = make.example_ids(dataset)
    numbers = [
        make.experiment(
            dataset,
            name=f"side {side}",
            rows=[
                {"example_id": one, "output": pair[side]}
                for one, pair in zip(ids, JSON, strict=True)
            ],
        ).pk
        for side in (0, 1)
    ]
    return compare(principal, Selection(base=numbers[0], others=(numbers[1],)))


@pytest.mark.django_db
class TestPaths:
    def test_rows_are_counted_at_each_path_and_those_without_json_apart(
        self, json_sides
    ):
        noted = []
        answer = count_paths(*json_sides.sides, lambda *done: noted.append(done))
        paths = read_answer(answer)
        assert {path: rows.count() for path, rows in paths.rows.items()} == {
            "total": 2,
            "rows[*].price": 1,
            "subtotal": 1,
        }
        assert next(iter(paths.rows)) == "total"
        assert (paths.changed.count(), paths.not_json.count()) == (5, 1)
        assert noted[-1] == (5, 5)

    @pytest.mark.parametrize(
        ("where", "shown"),
        [
            ("b.changed_paths CONTAINS '|total|'", [0, 1]),
            ("b.changed_paths CONTAINS 'total'", [0, 1, 4]),
            ("b.changed_paths = ''", [2, 5]),
            ("b.changed_paths IS NULL", [3]),
        ],
    )
    def test_a_filter_names_changed_paths(
        self, json_sides, principal, member, where, shown
    ):
        survey = ask(paths_question(*json_sides.sides), by=member, now=timezone.now())
        jobs.answer(survey.pk)
        selection = json_sides.selection.but(where=where)
        found = compare(principal, selection)
        assert found.filter_error is None
        assert found.scope.mask.nonzero()[0].tolist() == shown

    def test_before_they_are_counted_the_filter_says_so(self, json_sides, principal):
        selection = json_sides.selection.but(where="b.changed_paths CONTAINS 'x'")
        assert "not counted yet" in compare(principal, selection).filter_error.message

    def test_rarer_paths_than_are_kept_are_told(self, json_sides, monkeypatch):
        from experiments_ui.compare.surveys import paths as module

        monkeypatch.setattr(module, "MOST_PATHS", 1)
        found = read_answer(count_paths(*json_sides.sides, lambda *_: None))
        assert len(found.rows) == 1
        assert found.beyond.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("question_length = 10", 2),
        ("question_length IS NULL", 0),
        ("a.output_length = 8", 10),
        ("b.output_length > 9", 140),
    ],
)
def test_a_filter_names_lengths(principal, base, candidate, where, count):
    wanted = Selection(base=base.pk, others=(candidate.pk,), where=where)
    found = compare(principal, wanted)
    assert found.filter_error is None
    assert int(found.scope.mask.sum()) == count
