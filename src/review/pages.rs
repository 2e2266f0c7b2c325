//! What is taller than the screen, page by page: the head and the question are seen with each.

/// Fewer rows of a body are never shown at once, however low the screen is.
const FEWEST: usize = 3;

/// A head, and a body of which one page is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    pub head: Vec<String>,
    body: Vec<String>,
    /// The rows of a page.
    room: usize,
    page: usize,
}

impl Pages {
    /// For a screen with so many rows, of which the question takes `foot`, and one more where there are several pages.
    pub fn new(head: Vec<String>, body: Vec<String>, rows: usize, foot: usize) -> Self {
        // A blank row before the head.
        let room = rows.saturating_sub(head.len() + foot + 1);
        let room = if body.len() <= room { room } else { room.saturating_sub(1) };
        Self { head, body, room: room.max(FEWEST), page: 0 }
    }

    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.body.len().div_ceil(self.room).max(1)
    }

    /// The page that is shown, counted from 1.
    pub fn number(&self) -> usize {
        self.page + 1
    }

    /// The same page, as near as it can be, after the screen has changed.
    pub fn at(mut self, number: usize) -> Self {
        self.page = number.saturating_sub(1).min(self.count() - 1);
        self
    }

    /// Goes on to the next page. Whether there was one.
    pub fn next(&mut self) -> bool {
        let more = self.number() < self.count();
        self.page += usize::from(more);
        more
    }

    /// Goes back to the page before. Whether there was one.
    pub fn back(&mut self) -> bool {
        let more = self.page > 0;
        self.page -= usize::from(more);
        more
    }

    /// The rows of this page.
    pub fn rows(&self) -> impl Iterator<Item = &String> {
        let body = self.body.chunks(self.room).nth(self.page).unwrap_or_default();
        self.head.iter().chain(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(body: usize, rows: usize) -> Pages {
        let body = (0..body).map(|row| row.to_string()).collect();
        Pages::new(vec!["head".to_owned()], body, rows, 2)
    }

    #[test]
    fn every_page_fits_and_shows_the_head() {
        assert_eq!(pages(6, 10).count(), 1);
        let mut long = pages(7, 10);
        assert_eq!((long.count(), long.number()), (2, 1));
        assert_eq!(long.rows().collect::<Vec<_>>(), ["head", "0", "1", "2", "3", "4"]);
        assert!(!long.back() && long.next() && !long.next());
        assert_eq!(long.rows().collect::<Vec<_>>(), ["head", "5", "6"]);
        assert!(long.back());
        assert_eq!(pages(0, 10).rows().collect::<Vec<_>>(), ["head"]);
    }

    #[test]
    fn a_screen_of_any_height_shows_something() {
        for rows in 0..8 {
            let mut all = pages(20, rows).at(100);
            assert_eq!(all.number(), all.count());
            while all.back() {}
            let shown = all.rows().count();
            assert!(shown > FEWEST, "{rows}");
        }
    }
}
